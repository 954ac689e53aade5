// Conveniences. Every page is complete without them.
(function () {
  "use strict";

  var each = function (selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  };
  var make = function (tag, className, text) {
    var node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };

  each("[data-reveal]", function (button) {
    var input = document.getElementById(button.getAttribute("data-reveal"));
    if (!input) return;
    var show = function (visible) {
      input.type = visible ? "text" : "password";
      button.setAttribute("aria-pressed", String(visible));
      button.textContent = visible ? "パスワードを隠す" : "パスワードを表示";
    };
    button.addEventListener("click", function () { show(input.type === "password"); });
    // Sent as a password again, so that no browser keeps it as a word to suggest.
    if (input.form) input.form.addEventListener("submit", function () { show(false); });
  });

  // --- Function keys: F4 一覧へ, F7 登録へ, F8 更新 (R004-91) ---

  document.addEventListener("keydown", function (event) {
    if (!/^F[0-9]+$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    var target = document.querySelector("[data-key='" + event.key + "']");
    if (target) { event.preventDefault(); target.click(); }
  });

  // --- A form is sent once ---

  each("form", function (form) {
    if (form.method !== "post") return;
    form.addEventListener("submit", function (event) {
      if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
      if (!form.hasAttribute("data-again")) form.setAttribute("data-sent", "");
    });
  });
  window.addEventListener("pageshow", function () {
    each("form[data-sent]", function (form) { form.removeAttribute("data-sent"); });
  });

  // --- The end of the session is announced (R004-15) ---

  var WARN_SECONDS = 300;

  each("[data-session]", function (box) {
    var keepUrl = box.getAttribute("data-session-keep");
    var seconds = Number(box.getAttribute("data-session"));
    var ends = Date.now() + seconds * 1000;
    var words = make("p"), keep = make("button", "button button-dense", "利用を続ける");
    keep.type = "button";
    box.appendChild(words);
    box.appendChild(keep);
    keep.addEventListener("click", function () {
      fetch(keepUrl, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
        if (!answer.ok) throw new Error("refused");
        ends = Date.now() + seconds * 1000;
        box.hidden = true;
      }).catch(function () { words.textContent = "延長できませんでした。画面を読み込み直してください。"; });
    });
    setInterval(function () {
      var left = Math.ceil((ends - Date.now()) / 60000);
      if (left > WARN_SECONDS / 60) { box.hidden = true; return; }
      var text = left > 0
        ? "操作がないため、あと" + left + "分で自動的にログアウトします。"
        : "時間が経過したため、自動的にログアウトしました。もう一度ログインしてください。";
      keep.hidden = left <= 0;
      if (words.textContent !== text) words.textContent = text;
      box.hidden = false;
    }, 5000);
  });

  // --- Long work: count and bar; moves on when it is done ---
  // Answer: { "done": 12, "total": 5000, "text": "…", "next": "/path" | null }

  each("[data-poll]", function (box) {
    var url = box.getAttribute("data-poll");
    var wait = Number(box.getAttribute("data-poll-seconds") || 2) * 1000;
    var bar = box.querySelector("progress"), words = box.querySelector("[data-poll-text]");
    var look = function () {
      fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then(function (answer) {
          if (!answer.ok) throw new Error("not ready");
          return answer.json();
        })
        .then(function (state) {
          if (bar && state.total) { bar.max = state.total; bar.value = state.done; }
          if (words && state.text) words.textContent = state.text;
          if (state.next) location.assign(state.next);
          else setTimeout(look, wait);
        })
        .catch(function () { setTimeout(look, wait * 3); });
    };
    setTimeout(look, wait);
  });

  // --- The download starts by itself, once ---

  each("[data-download]", function (node) {
    var mark = "downloaded " + location.pathname + " " + node.getAttribute("data-download");
    try {
      if (sessionStorage.getItem(mark)) return;
      sessionStorage.setItem(mark, "1");
    } catch (refused) { /* without storage it starts again after a reload */ }
    setTimeout(function () {
      if (node.tagName === "FORM") node.submit();
      else location.assign(node.href);
    }, 600);
  });

  // --- To be asked for the certificate again, without closing the browser ---
  // The server ends the connection on which this is posted, and the browser forgets
  // what it chose before; so the next page begins with a new choice.

  var ASKED = "asked again", inVain = false;
  try {
    inVain = sessionStorage.getItem(ASKED) !== null;
    sessionStorage.removeItem(ASKED);
  } catch (refused) { /* without storage nothing is said about a first try */ }

  each("[data-again-post]", function (box) {
    var button = box.querySelector("button");
    box.querySelector("[role=alert]").hidden = !inVain;
    box.querySelector("[data-again-lead]").hidden = inVain;
    box.hidden = false;
    button.addEventListener("click", function () {
      var go = function () { location.assign(box.getAttribute("data-again-next")); };
      button.disabled = true;
      button.textContent = "確かめています…";
      try { sessionStorage.setItem(ASKED, "1"); } catch (refused) { /* as above */ }
      fetch(box.getAttribute("data-again-post"), { method: "POST", credentials: "same-origin" })
        .then(go, go);
    });
  });

  // --- Small things ---

  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  each("[data-menu]", function (menu) {
    document.addEventListener("click", function (event) {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // 「ログアウト」 asks in a window of the page; anything but 「はい」 goes on as before.
  var leave = document.getElementById("leave");
  if (leave && leave.showModal) {
    each("[data-leave]", function (form) {
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        leave.showModal();
      });
    });
    leave.querySelector("[data-stay]").addEventListener("click", function () { leave.close(); });
    leave.addEventListener("click", function (event) {
      if (event.target === leave) leave.close();
    });
  }

  // --- A table wider than its frame says that it can be moved ---

  function tellWidth() {
    each(".table-frame", function (frame) {
      frame.classList.toggle("is-wide", frame.scrollWidth > frame.clientWidth + 1);
    });
  }
  tellWidth();
  window.addEventListener("resize", tellWidth);

  // 「閉じる」 closes the window where the browser lets it; otherwise the link is followed.
  each("[data-close]", function (node) {
    node.addEventListener("click", function () { window.close(); });
  });
})();
