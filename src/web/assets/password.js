// Beside every password field: the software keyboard (R004-54), and while a new password
// is typed, which rules it meets. Every form is complete without; the server judges.
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

  // --- What the keys say ---

  var LETTERS = "abcdefghijklmnopqrstuvwxyz";
  var DIGITS = "0123456789";
  var SYMBOLS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  var NAMES = {
    "!": "感嘆符", "\"": "二重引用符", "#": "シャープ", "$": "ドル", "%": "パーセント",
    "&": "アンド", "'": "引用符", "(": "開きかっこ", ")": "閉じかっこ", "*": "アスタリスク",
    "+": "プラス", ",": "コンマ", "-": "ハイフン", ".": "ピリオド", "/": "スラッシュ",
    ":": "コロン", ";": "セミコロン", "<": "小なり", "=": "イコール", ">": "大なり",
    "?": "疑問符", "@": "アットマーク", "[": "開き角かっこ", "\\": "バックスラッシュ",
    "]": "閉じ角かっこ", "^": "ハット", "_": "アンダーバー", "`": "バッククォート",
    "{": "開き波かっこ", "|": "縦線", "}": "閉じ波かっこ", "~": "チルダ"
  };

  function nameOf(c) {
    if (NAMES[c]) return NAMES[c];
    if (/[A-Z]/.test(c)) return "大文字の" + c;
    return /[a-z]/.test(c) ? "小文字の" + c : c;
  }

  // Another order each time: who looks at where the mouse goes learns nothing.
  function shuffled(text) {
    var keys = text.split("");
    for (var last = keys.length - 1; last > 0; last -= 1) {
      var other = below(last + 1), kept = keys[last];
      keys[last] = keys[other];
      keys[other] = kept;
    }
    return keys;
  }

  // A number from 0 to count - 1, each as likely.
  function below(count) {
    var drawn = new Uint8Array(1), most = 256 - 256 % count;
    do { crypto.getRandomValues(drawn); } while (drawn[0] >= most);
    return drawn[0] % count;
  }

  // --- Into the field and out of it ---

  function put(input, text, from, to) {
    input.value = input.value.slice(0, from) + text + input.value.slice(to);
    input.setSelectionRange(from + text.length, from + text.length);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function typeInto(input, text) {
    put(input, text, input.selectionStart, input.selectionEnd);
  }

  function eraseFrom(input) {
    var start = input.selectionStart, end = input.selectionEnd;
    put(input, "", start === end ? Math.max(0, start - 1) : start, end);
  }

  // --- The board of one field ---

  function Board(button, board, input) {
    this.button = button;
    this.board = board;
    this.input = input;
    this.upper = false;
    this.symbols = false;
    var self = this;
    this.tell = function () {
      self.count.textContent = "入力した文字数：" + input.value.length;
    };
    button.addEventListener("click", function (event) {
      // A click that came from a key has no pointer: then the keys take the focus.
      if (board.hidden) self.open(event.detail === 0); else self.close();
    });
    board.addEventListener("keydown", function (event) { self.onKey(event); });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !board.hidden) { event.preventDefault(); self.close(); }
    });
  }

  var opened = null;

  Board.prototype.open = function (byKeys) {
    if (opened) opened.shut();
    opened = this;
    this.upper = this.symbols = false;
    this.digits = shuffled(DIGITS);
    this.letters = shuffled(LETTERS);
    this.marks = shuffled(SYMBOLS);
    this.draw();
    this.board.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    // A touch screen does not lay its own keyboard over ours.
    this.input.setAttribute("inputmode", "none");
    this.input.addEventListener("input", this.tell);
    (byKeys ? this.board.querySelector(".key") : this.input).focus();
  };

  Board.prototype.shut = function () {
    this.board.hidden = true;
    this.board.textContent = "";
    this.button.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("inputmode");
    this.input.removeEventListener("input", this.tell);
    opened = null;
  };

  Board.prototype.close = function () {
    this.shut();
    this.button.focus();
  };

  Board.prototype.draw = function () {
    this.board.textContent = "";
    this.keys = make("div", "keyboard-panels");
    this.controls = make("div", "keyboard-controls");
    this.count = make("p", "keyboard-count");
    this.count.setAttribute("role", "status");
    this.shift = this.control("大文字", "upper");
    this.other = this.control("記号", "symbols");
    this.action("1文字消す", function (input) { eraseFrom(input); });
    this.action("すべて消す", function (input) { put(input, "", 0, input.value.length); });
    var self = this;
    this.action("閉じる", function () { self.close(); });
    var help = make("p", "keyboard-help", "キーの並びは、開くたびに変わります。矢印キーで選んでEnterキーで入力、Escキーで閉じることもできます。");
    [this.keys, this.controls, this.count, help].forEach(function (part) {
      self.board.appendChild(part);
    });
    this.drawKeys();
    this.tell();
  };

  Board.prototype.drawKeys = function () {
    this.keys.textContent = "";
    this.panel("数字", this.digits);
    if (this.symbols) {
      this.panel("記号", this.marks);
    } else {
      var upper = this.upper;
      this.panel(upper ? "英大文字" : "英小文字", this.letters.map(function (c) {
        return upper ? c.toUpperCase() : c;
      }));
    }
    this.shift.setAttribute("aria-pressed", String(this.upper));
    this.other.setAttribute("aria-pressed", String(this.symbols));
    this.shift.disabled = this.symbols;
    this.only(this.board.querySelector(".key"));
  };

  Board.prototype.panel = function (label, characters) {
    var panel = make("div", "keyboard-keys"), self = this;
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", label);
    characters.forEach(function (c) {
      var key = self.key(c, function () { typeInto(self.input, c); });
      key.setAttribute("aria-label", nameOf(c));
      panel.appendChild(key);
    });
    this.keys.appendChild(panel);
  };

  Board.prototype.key = function (label, act, className) {
    var button = make("button", "key " + (className || ""), label), self = this;
    button.type = "button";
    button.tabIndex = -1;
    // The field keeps its cursor while the mouse or a finger presses keys.
    button.addEventListener("mousedown", function (event) { event.preventDefault(); });
    button.addEventListener("click", function () { act(); });
    button.addEventListener("focus", function () { self.only(button); });
    return button;
  };

  // A key that changes what the others are.
  Board.prototype.control = function (label, what) {
    var self = this;
    var button = this.key(label, function () {
      self[what] = !self[what];
      self.drawKeys();
      self.only(button);
    }, "key-wide");
    this.controls.appendChild(button);
    return button;
  };

  Board.prototype.action = function (label, act) {
    var input = this.input;
    this.controls.appendChild(this.key(label, function () { act(input); }, "key-wide"));
  };

  // One key of the board is reached with Tab; the arrows lead to the others.
  Board.prototype.only = function (chosen) {
    Array.prototype.forEach.call(this.board.querySelectorAll(".key"), function (key) {
      key.tabIndex = key === chosen ? 0 : -1;
    });
  };

  Board.prototype.onKey = function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    var keys = Array.prototype.filter.call(this.board.querySelectorAll(".key"), function (key) {
      return !key.disabled;
    });
    var at = keys.indexOf(document.activeElement), to = null;
    if (event.key === "Escape") { event.preventDefault(); this.close(); return; }
    if (event.key === "Backspace") { event.preventDefault(); eraseFrom(this.input); return; }
    if (at < 0) return;
    if (event.key === "ArrowRight") to = keys[(at + 1) % keys.length];
    if (event.key === "ArrowLeft") to = keys[(at + keys.length - 1) % keys.length];
    if (event.key === "ArrowDown") to = nearest(keys, keys[at], 1);
    if (event.key === "ArrowUp") to = nearest(keys, keys[at], -1);
    if (event.key === "Home") to = keys[0];
    if (event.key === "End") to = keys[keys.length - 1];
    if (to) { event.preventDefault(); to.focus(); }
  };

  // The key of the next line above or below that lies nearest.
  function nearest(keys, from, way) {
    var here = from.getBoundingClientRect(), best = null, shortest = Infinity;
    keys.forEach(function (key) {
      var there = key.getBoundingClientRect(), down = (there.top - here.top) * way;
      if (down < 4) return;
      var aside = Math.abs(there.left + there.width / 2 - here.left - here.width / 2);
      if (down * 1000 + aside < shortest) { shortest = down * 1000 + aside; best = key; }
    });
    return best;
  }

  each("[data-password-tools]", function (tools) { tools.hidden = false; });

  each("[data-keyboard]", function (button) {
    var input = document.getElementById(button.getAttribute("data-keyboard"));
    var board = document.getElementById(button.getAttribute("aria-controls"));
    if (input && board) new Board(button, board, input);
  });

  // --- A new password and its policy ---

  var KINDS = { upper: /[A-Z]/g, lower: /[a-z]/g, digit: /[0-9]/g, symbol: /[!-\/:-@\[-`{-~]/g };

  function times(typed, kind) { return (typed.match(KINDS[kind]) || []).length; }

  function kindsIn(typed) {
    return Object.keys(KINDS).filter(function (kind) { return times(typed, kind) > 0; }).length;
  }

  // Whether the line is met; null where nothing can be told yet.
  function isMet(measure, bound, typed, login) {
    var length = Array.from(typed).length;
    if (KINDS[measure]) return times(typed, measure) >= bound;
    switch (measure) {
      case "length": return length >= bound;
      case "most": return length <= bound;
      case "kinds": return kindsIn(typed) >= bound;
      case "characters": return /^[!-~]*$/.test(typed);
      case "login":
        return login ? typed.toLowerCase().indexOf(login.toLowerCase()) < 0 : null;
      default: return null;
    }
  }

  var COMMON = ["password", "passw0rd", "qwerty", "asdf", "zxcv", "admin", "welcome", "login",
    "abc", "1234", "2345", "3456", "4567", "5678", "6789", "1111", "0000", "2025", "2026", "2027"];

  // About how many bits it takes to guess: what follows from the character before, or is
  // in everybody's mind, counts little.
  function bitsOf(typed) {
    var pool = 0, counted = 0, plain = typed.toLowerCase();
    var sizes = { upper: 26, lower: 26, digit: 10, symbol: 32 };
    Object.keys(sizes).forEach(function (kind) { if (times(typed, kind)) pool += sizes[kind]; });
    for (var at = 0; at < plain.length; at += 1) {
      var step = at ? plain.charCodeAt(at) - plain.charCodeAt(at - 1) : 9;
      counted += Math.abs(step) <= 1 ? 0.3 : 1;
    }
    COMMON.forEach(function (word) {
      if (plain.indexOf(word) >= 0) counted -= word.length * 0.6;
    });
    return Math.max(0, counted) * Math.log2(Math.max(2, pool));
  }

  var STEPS = [
    { most: 36, words: "弱い（推測されやすいパスワードです）" },
    { most: 52, words: "ふつう" },
    { most: 70, words: "強い" },
    { most: Infinity, words: "とても強い" }
  ];

  function watch(box) {
    var input = document.getElementById(box.getAttribute("data-policy"));
    var strength = document.querySelector("[data-strength='" + box.getAttribute("data-policy") + "']");
    if (!input || !strength) return;
    var lines = Array.prototype.map.call(box.querySelectorAll("[data-measure]"), function (item) {
      var told = make("span", "visually-hidden");
      item.appendChild(told);
      return { item: item, told: told, measure: item.getAttribute("data-measure"),
        bound: Number(item.getAttribute("data-bound")) };
    });
    var words = make("p", "strength-words"), bar = make("meter", "strength-bar");
    words.setAttribute("role", "status");
    bar.setAttribute("aria-hidden", "true");
    bar.min = 0; bar.max = 4; bar.low = 2; bar.high = 3; bar.optimum = 4;
    strength.appendChild(words);
    strength.appendChild(bar);

    var login = function () {
      var form = input.form, typed = form && (form.elements.user_id || form.elements.email);
      return box.getAttribute("data-login") || (typed ? typed.value : "");
    };
    var look = function () {
      var typed = input.value, missing = 0;
      lines.forEach(function (line) {
        var met = typed ? isMet(line.measure, line.bound, typed, login()) : null;
        line.item.classList.toggle("is-met", met === true);
        line.item.classList.toggle("is-unmet", met === false);
        line.told.textContent = met === null ? "" : met ? "（満たしています）" : "（まだ満たしていません）";
        missing += met === false ? 1 : 0;
      });
      strength.hidden = !typed;
      var bits = bitsOf(typed), step = 0;
      while (bits >= STEPS[step].most) step += 1;
      bar.value = missing ? Math.min(1, step + 1) : step + 1;
      var said = missing
        ? "満たしていない項目が" + missing + "つあります。"
        : "強さの目安：" + STEPS[step].words;
      if (words.textContent !== said) words.textContent = said;
    };
    input.addEventListener("input", look);
    if (input.form) input.form.addEventListener("input", function (event) {
      if (event.target !== input) look();
    });
    look();
  }

  each("[data-policy]", watch);
})();
