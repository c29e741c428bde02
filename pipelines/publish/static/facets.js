// Datasette's table.js asks this of the page; the page itself may hold no script.
window.DATASETTE_ALLOW_FACET = true;
