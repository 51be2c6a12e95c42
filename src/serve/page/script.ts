/** Puts each new content in place of the old one, and keeps the reader's focus. Without it the page reloads by itself. */
export const SCRIPT = `
(function () {
  var source = new EventSource("/events" + location.search);
  source.addEventListener("content", function (event) {
    var main = document.getElementById("live");
    var focused = document.activeElement;
    var href = focused && focused.getAttribute ? focused.getAttribute("href") : null;
    main.innerHTML = JSON.parse(event.data);
    if (href !== null) {
      var again = main.querySelector('a[href="' + CSS.escape(href) + '"]');
      if (again) again.focus();
    }
  });
  source.addEventListener("title", function (event) { document.title = JSON.parse(event.data); });
})();
`;
