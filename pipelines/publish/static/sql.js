// The SQL editor of Datasette's pages: colours, Shift-Enter to run, and a button that formats.
window.addEventListener("load", () => {
  const button = document.querySelector("button#sql-format");
  const shown = document.querySelector("pre#sql-query");
  const area = document.querySelector("textarea#sql-editor");
  if (area) {
    const editor = CodeMirror.fromTextArea(area, { lineNumbers: true, mode: "text/x-sql", lineWrapping: true });
    editor.setOption("extraKeys", { "Shift-Enter": () => area.form.submit(), Tab: false });
    editor.getInputField().setAttribute("aria-label", "SQL");
    cmResize(editor, { resizableWidth: false });
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => editor.setValue(sqlFormatter.format(editor.getValue())));
    }
  } else if (button && shown) {
    button.hidden = false;
    button.addEventListener("click", () => { shown.textContent = sqlFormatter.format(shown.textContent); });
  }
});
