/* The desk's keyboard, the search in a list and the large picture. Every page works without this file. */
(function () {
  'use strict';
  var d = document, $ = function (id) { return d.getElementById(id); };
  d.documentElement.classList.add('js');
  var rows = $('rows'), find = $('find'), seek = $('search') || find, none = $('none'), help = $('help'), large = $('large');
  function open(dialog) { if (dialog.showModal) dialog.showModal(); else dialog.setAttribute('open', ''); }
  function links() {
    return rows ? Array.prototype.filter.call(rows.querySelectorAll('a'), function (a) { return !a.parentNode.hidden; }) : [];
  }
  function move(by) {
    var all = links(), i = all.indexOf(d.activeElement);
    if (i < 0) i = all.findIndex(function (a) { return a.hasAttribute('aria-current'); });
    var a = all[Math.max(0, Math.min(all.length - 1, i + by))];
    if (a) a.focus();
  }
  d.addEventListener('keydown', function (e) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== 'checkbox';
    if (typing && e.key === 'Escape') e.target.blur();
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'j') move(1);
    else if (e.key === 'k') move(-1);
    else if (e.key === '?' && help) open(help);
    else if (e.key === '/' && seek) { e.preventDefault(); seek.focus(); seek.select(); }
    else if (e.key === 'x') { var box = d.activeElement.parentNode && d.activeElement.parentNode.querySelector && d.activeElement.parentNode.querySelector('[name=pick]'); if (box) box.checked = !box.checked; }
  });
  if (find && rows) find.addEventListener('input', function () {
    var q = find.value.trim().toLowerCase(), left = 0;
    Array.prototype.forEach.call(rows.children, function (li) {
      li.hidden = q && li.textContent.toLowerCase().indexOf(q) < 0;
      if (!li.hidden) left++;
    });
    none.hidden = left > 0;
  });
  /* The large picture: zoom with buttons, wheel, keys and two fingers, turn, move, and go to the next one. */
  if (large && large.showModal) (function () {
    var pane = $('pane'), img = pane.querySelector('img'), all = [], at = 0, zoom = 1, turn = 0, x = 0, y = 0, fingers = {}, apart = 0;
    function draw() {
      var w = img.naturalWidth || 1, h = img.naturalHeight || 1, side = turn % 180 !== 0;
      var fit = Math.min(pane.clientWidth / (side ? h : w), pane.clientHeight / (side ? w : h), 1) || 1;
      var mostX = Math.max(0, ((side ? h : w) * fit * zoom - pane.clientWidth) / 2), mostY = Math.max(0, ((side ? w : h) * fit * zoom - pane.clientHeight) / 2);
      x = Math.max(-mostX, Math.min(mostX, x));
      y = Math.max(-mostY, Math.min(mostY, y));
      img.style.transform = 'translate(-50%, -50%) translate(' + x + 'px, ' + y + 'px) rotate(' + turn + 'deg) scale(' + fit * zoom + ')';
      $('viewer-said').textContent = img.alt + ' ' + Math.round(fit * zoom * 100) + '%';
    }
    function to(z, cx, cy) { /* keeps the point under the finger or the mouse where it is */
      var before = zoom, box = pane.getBoundingClientRect();
      zoom = Math.max(1, Math.min(8, z));
      if (cx !== undefined) {
        var dx = cx - box.left - box.width / 2, dy = cy - box.top - box.height / 2;
        x = dx - (dx - x) * zoom / before;
        y = dy - (dy - y) * zoom / before;
      } else { x *= zoom / before; y *= zoom / before; }
      draw();
    }
    function show(i) {
      at = (i + all.length) % all.length;
      var small = all[at].querySelector('img');
      zoom = 1;
      turn = x = y = 0;
      img.alt = small ? small.alt : '';
      img.src = all[at].href;
      draw();
    }
    img.addEventListener('load', draw);
    addEventListener('resize', function () { if (large.open) draw(); });
    var verbs = {
      'in': function () { to(zoom * 1.5); }, out: function () { to(zoom / 1.5); }, turn: function () { turn = (turn + 90) % 360; draw(); }, fit: function () { zoom = 1; x = y = 0; draw(); },
      before: function () { show(at - 1); }, after: function () { show(at + 1); }, close: function () { large.close(); }
    };
    d.addEventListener('click', function (e) {
      var a = e.target.closest && e.target.closest('[data-large]'), b = e.target.closest && e.target.closest('[data-view]');
      if (b) return verbs[b.getAttribute('data-view')]();
      if (e.target === large) return large.close();
      if (!a || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      all = Array.prototype.slice.call(d.querySelectorAll('[data-large]'));
      Array.prototype.forEach.call(large.querySelectorAll('[data-view=before], [data-view=after]'), function (p) { p.hidden = all.length < 2; });
      open(large);
      show(all.indexOf(a));
    });
    large.addEventListener('keydown', function (e) {
      var key = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', r: 'turn', ArrowLeft: 'before', ArrowRight: 'after' }[e.key];
      if (!key || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      e.stopPropagation();
      verbs[key]();
    });
    pane.addEventListener('wheel', function (e) { e.preventDefault(); to(zoom * (e.deltaY < 0 ? 1.2 : 1 / 1.2), e.clientX, e.clientY); }, { passive: false });
    pane.addEventListener('dblclick', function (e) { to(zoom > 1 ? 1 : 2.5, e.clientX, e.clientY); });
    function two() { var k = Object.keys(fingers).map(function (i) { return fingers[i]; }); return k.length === 2 ? k : null; }
    function gap(k) { return Math.sqrt(Math.pow(k[0].x - k[1].x, 2) + Math.pow(k[0].y - k[1].y, 2)) || 1; }
    if (window.PointerEvent) {
      pane.addEventListener('pointerdown', function (e) { fingers[e.pointerId] = { x: e.clientX, y: e.clientY }; pane.setPointerCapture(e.pointerId); if (two()) apart = gap(two()); });
      pane.addEventListener('pointermove', function (e) {
        var f = fingers[e.pointerId], k;
        if (!f) return;
        var dx = e.clientX - f.x, dy = e.clientY - f.y;
        f.x = e.clientX;
        f.y = e.clientY;
        k = two();
        if (k) {
          var now = gap(k);
          to(zoom * now / apart, (k[0].x + k[1].x) / 2, (k[0].y + k[1].y) / 2);
          apart = now;
        } else { x += dx; y += dy; draw(); }
      });
      ['pointerup', 'pointercancel'].forEach(function (n) { pane.addEventListener(n, function (e) { delete fingers[e.pointerId]; }); });
    }
  })();
  /* Emergencies: asked for every fifteen seconds. The sound is off until somebody presses the button, and stays as it was left. */
  var alarm = $('alarm');
  if (alarm && window.fetch) (function () {
    var button = $('alarm-sound'), sound = null, kept = 'desk.sound';
    function wanted() { try { return localStorage.getItem(kept) === '1'; } catch (e) { return button.getAttribute('aria-pressed') === 'true'; } }
    function show() { button.setAttribute('aria-pressed', wanted()); }
    function ring() {
      if (!sound || !wanted()) return;
      var o = sound.createOscillator(), g = sound.createGain(), t = sound.currentTime;
      o.frequency.value = 740;
      g.gain.setValueAtTime(.2, t);
      g.gain.exponentialRampToValueAtTime(.001, t + .8);
      o.connect(g);
      g.connect(sound.destination);
      o.start(t);
      o.stop(t + .8);
    }
    function wake() { var A = window.AudioContext || window.webkitAudioContext; if (!sound && A && wanted()) sound = new A(); if (sound && sound.resume) sound.resume(); }
    d.addEventListener('click', wake); /* browsers let a page sound only after a press */
    button.addEventListener('click', function () {
      var on = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', on);
      try { localStorage.setItem(kept, on ? '1' : '0'); } catch (e) { /* kept for this page only */ }
      wake();
      if (on) ring();
    });
    show();
    function ask() {
      fetch(alarm.getAttribute('data-from'), { credentials: 'same-origin', redirect: 'error' }).then(function (r) { return r.ok ? r.json() : null; }).then(function (a) {
        if (!a) return;
        var before = +alarm.getAttribute('data-count');
        alarm.setAttribute('data-count', a.count);
        if ($('alarm-text').textContent !== a.text) $('alarm-text').textContent = a.text;
        alarm.hidden = a.count === 0;
        if (a.count > before) ring();
      }).catch(function () { /* the network is away: the next time asks again */ });
    }
    setInterval(ask, 15000);
  })();
  /* Taking down a call: Enter never sends half a form, Ctrl and Enter sends it. The codes are not left by a slip of the hand. */
  var call = $('call'), codes = $('codes');
  if (call) {
    call.addEventListener('keypress', function (e) { if (e.key === 'Enter' && e.target.tagName === 'INPUT') e.preventDefault(); });
    call.addEventListener('keydown', function (e) { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.isComposing) { e.preventDefault(); call.querySelector('.main').click(); } });
  }
  if (codes) {
    var guard = function (e) { e.preventDefault(); e.returnValue = ''; };
    addEventListener('beforeunload', guard);
    d.addEventListener('submit', function () { removeEventListener('beforeunload', guard); });
  }
  /* One more line of a list without asking the server. The number in the names is the next one. */
  function addLine(b) {
    var blank = b.parentNode.querySelector('template');
    if (!blank || !blank.content) return null;
    var box = b.parentNode.querySelector('.lines'), n = +box.getAttribute('data-lines'), line = blank.content.firstElementChild.cloneNode(true);
    box.setAttribute('data-lines', n + 1);
    Array.prototype.forEach.call(line.querySelectorAll('*'), function (el) {
      ['name', 'id', 'for', 'aria-describedby'].forEach(function (key) {
        if (el.hasAttribute(key)) el.setAttribute(key, el.getAttribute(key).replace(/_n_/g, n));
      });
    });
    var title = line.querySelector('h2'), before = box.querySelector('h2');
    if (title && before) title.textContent = before.textContent.replace(/\d+/, n + 1);
    box.appendChild(line);
    return line;
  }
  d.addEventListener('click', function (e) {
    var b = e.target.closest && e.target.closest('[data-add]'), line = b && addLine(b);
    if (!line) return;
    e.preventDefault();
    var field = line.querySelector('input:not([type=hidden]), select, textarea');
    if (field) field.focus();
  });
  if ($('summary')) $('summary').focus();
  /* What somebody types about a case stays in this tab until it is taken, dropped or they sign out: no reload, dead network or ended session loses it. It is kept for
     each person apart, and nowhere else. */
  (function () {
    var me = d.body.getAttribute('data-me'), mine = 'draft ' + me + ' ', week = 7 * 864e5, store;
    try { store = sessionStorage; store.getItem(mine); } catch (e) { return; /* switched off: nothing is kept */ }
    function read(key) { try { return JSON.parse(store.getItem(key)) || {}; } catch (e) { return {}; } }
    function keys() { return Object.keys(store).filter(function (k) { return k.indexOf('draft ') === 0; }); }
    keys().forEach(function (k) { if (!me || k.indexOf(mine) !== 0 || !(Date.now() - read(k).at < week)) store.removeItem(k); });
    d.addEventListener('submit', function (e) { if (e.target.getAttribute('action') === '/desk/logout') keys().forEach(function (k) { store.removeItem(k); }); });
    function fields(f) {
      return Array.prototype.filter.call(f.elements, function (el) { return el.name && !/^(hidden|file|submit|button|password|fieldset)$/.test(el.type); });
    }
    function begins(el) {
      if (el.tagName !== 'SELECT') return el.defaultValue;
      var o = Array.prototype.filter.call(el.options, function (o) { return o.defaultSelected; })[0] || el.options[0];
      return o ? o.value : '';
    }
    function typed(f, first) { /* or what the page came with: the browser may have filled it in by itself */
      return fields(f).filter(function (el) { return !/^(radio|checkbox)$/.test(el.type) || (first ? el.defaultChecked : el.checked); }).map(function (el) {
        return [el.name, first ? begins(el) : el.value];
      });
    }
    function fill(f, all) {
      all.forEach(function (v) { /* the lines of a list that the page does not begin with */
        var list = /^(.+)\.\d+\.[^.]+$/.exec(v[0]), add = list && f.querySelector('[data-add][value="' + list[1] + '"]');
        for (var n = 0; add && !f.elements[v[0]] && n < 50; n++) addLine(add);
      });
      fields(f).forEach(function (el) {
        var of = all.filter(function (v) { return v[0] === el.name; });
        if (/^(radio|checkbox)$/.test(el.type)) el.checked = of.some(function (v) { return v[1] === el.value; });
        else if (of.length) el.value = of[0][1];
      });
    }
    function button(text, press) {
      var b = d.createElement('button');
      b.type = 'button';
      b.className = 'plain';
      b.textContent = text;
      b.addEventListener('click', press);
      return b;
    }
    function say(key) { return d.body.getAttribute('data-draft' + key); }
    var main = $('main'), answered = main.querySelector('.alert'), seen = false, forms = {};
    Array.prototype.forEach.call(d.querySelectorAll('form[data-draft]'), function (f) {
      function hidden(name) { var el = f.querySelector('input[type=hidden][name=' + name + ']'); return el ? el.value : ''; }
      var key = mine + f.getAttribute('action') + ' ' + ['item', 'tip', 'place', 'month', 'case'].map(hidden).join(' '), empty = JSON.stringify(typed(f, true)), kept = read(key);
      var title = f.getAttribute('data-draft') || main.querySelector('h1').textContent + ' ' + f.querySelector('button').textContent;
      var page = f.getAttribute('action').replace(/^(\/desk\/cases\/[^\/]+)\/[^\/]+$/, '$1'), item = /\/record\//.test(page) && hidden('item');
      if (item) page += '?item=' + encodeURIComponent(item);
      function keep() {
        var now = typed(f);
        if (JSON.stringify(now) === empty) return store.removeItem(key);
        try { store.setItem(key, JSON.stringify({ at: Date.now(), version: hidden('version'), page: page, title: title, all: now })); } catch (e) { /* full: this one is not kept */ }
      }
      function drop() { store.removeItem(key); }
      f.addEventListener('input', keep);
      f.addEventListener('change', keep);
      f.addEventListener('taken', drop);
      f.addEventListener('gone', function () { var k = read(key); if (k.all) { k.gone = true; store.setItem(key, JSON.stringify(k)); } });
      forms[key] = true;
      if (!kept.all || answered) return; /* the answer of the server carries what was typed */
      if (kept.gone && kept.version !== hidden('version')) return drop(); /* it was taken */
      fill(f, kept.all);
      if (JSON.stringify(typed(f)) === empty) return drop();
      var box = f.closest('details'), line = d.createElement('p');
      if (box) box.open = true;
      line.className = 'note draft';
      line.setAttribute('role', 'status');
      line.textContent = say(kept.version === hidden('version') ? '' : '-old') + ' ';
      line.appendChild(button(say('-drop'), function () { f.reset(); drop(); line.remove(); }));
      f.insertBefore(line, f.firstChild);
      if (seen || line.getBoundingClientRect().top < innerHeight) return;
      seen = true;
      var top = d.createElement('p'), see = top.appendChild(d.createElement('a'));
      line.id = 'draft';
      see.href = '#draft';
      see.textContent = say('-see');
      top.className = 'note draft';
      main.insertBefore(top, main.querySelector('.bar').nextSibling);
    });
    keys().forEach(function (k) { /* what was typed for a step that is over stands by itself */
      var kept = read(k);
      if (forms[k] || answered || kept.page.split('?')[0] !== location.pathname || /\/record\//.test(kept.page)) return;
      var box = d.createElement('div'), words = d.createElement('textarea');
      box.className = 'note draft';
      box.textContent = say('-gone') + ' ';
      words.readOnly = true;
      words.setAttribute('aria-label', kept.title);
      words.value = kept.all.map(function (v) { return v[1]; }).join('\n');
      box.appendChild(words);
      box.appendChild(button(say('-drop'), function () { store.removeItem(k); box.remove(); }));
      main.insertBefore(box, main.querySelector('.bar').nextSibling);
    });
    var list = $('drafts');
    if (list) keys().forEach(function (k) {
      var kept = read(k), li = d.createElement('li'), a = li.appendChild(d.createElement('a'));
      a.href = kept.page;
      a.textContent = kept.title;
      li.appendChild(d.createTextNode(' '));
      li.appendChild(button(say('-drop'), function () { store.removeItem(k); li.remove(); list.hidden = !list.querySelector('li'); }));
      list.querySelector('ul').appendChild(li);
      list.hidden = false;
    });
  })();
  /* Others see that somebody writes: from the first letter on, and again every minute. The answer says who else does, or took over. */
  var lock = $('lock');
  if (lock && window.fetch) (function () {
    var told = 0, asked = 0, at = '/desk/cases/' + lock.getAttribute('data-case') + '/', take = lock.querySelector('form');
    /* Only the answer to the latest question counts: that of a letter typed just before one takes over would bring the line back. */
    function ask(verb, heard) {
      var n = ++asked;
      fetch(at + verb, { method: 'POST', credentials: 'same-origin', redirect: 'error', headers: { 'X-Qianshao-Script': '1' } })
        .then(function (r) { return r.status === 204 ? {} : r.ok ? r.json() : null; }) /* 204: taken over */
        .then(function (a) { if (a && n === asked) heard(a); })
        .catch(function () { /* a courtesy only: the line stays as it is */ });
    }
    function locked(a) { lock.querySelector('span').textContent = a.text || ''; lock.hidden = !a.text; }
    Array.prototype.forEach.call(d.querySelectorAll('form[data-writing]'), function (f) {
      f.addEventListener('input', function () {
        var now = Date.now();
        if (now - told < 60000) return;
        told = now;
        ask('writing', locked);
      });
    });
    if (take) take.addEventListener('submit', function (e) { /* without leaving the page, on which something may be typed already */
      e.preventDefault();
      ask('take', locked);
    });
  })();
  var here = d.querySelector('.queues [aria-current]');
  if (here && here.offsetParent) { var bar = here.parentNode.parentNode; bar.scrollLeft = here.offsetLeft - bar.offsetLeft - 16; }
  /* Photos from the spot go one by one, each with its own result; what a dead network stopped goes on by itself. The server keeps a file once, however often it comes. */
  Array.prototype.forEach.call(d.querySelectorAll('form[data-photos]'), function (f) {
    var input = f.querySelector('input[type=file]'), list = f.querySelector('[data-sent]'), strip = $('scene-strip'), waiting = [], busy = false;
    if (!window.FormData) return;
    f.querySelector('[data-send]').hidden = true;
    function say(key) { return f.getAttribute('data-' + key); }
    function next() {
      if (busy || !waiting.length) return;
      busy = true;
      var job = waiting.shift(), li = job.li, x = new XMLHttpRequest(), data = new FormData();
      li.textContent = say('sending') + ' ';
      var bar = li.appendChild(d.createElement('progress'));
      function done(text, again) {
        busy = false;
        li.textContent = text + ' ';
        li.className = again || text !== say('arrived') ? 'wrong' : 'good';
        if (again) {
          job.lost = true;
          var b = li.appendChild(d.createElement('button'));
          b.type = 'button';
          b.className = 'plain';
          b.textContent = say('again');
          job.retry = b.onclick = function () { if (job.lost) { job.lost = false; waiting.push(job); next(); } };
          addEventListener('online', job.retry);
        }
        next();
      }
      if (job.file.size > +say('mb') * 1048576) return done(say('big').replace('%d', say('mb')));
      data.append('photos', job.file, 'photo');
      x.upload.onprogress = function (e) { if (e.lengthComputable) { bar.max = e.total; bar.value = e.loaded; } };
      x.onerror = x.ontimeout = function () { done(say('lost'), true); };
      x.onload = function () {
        var r = {};
        try { r = JSON.parse(x.responseText); } catch (e) { /* a page in between answered: the same as no answer */ }
        if (!r.small) return done(r.error || say('lost'), !r.error || x.status >= 500);
        var item = d.createElement('li'), a = item.appendChild(d.createElement('a')), img = a.appendChild(d.createElement('img'));
        a.href = r.large;
        a.setAttribute('data-large', '');
        img.src = r.small;
        img.alt = say('alt');
        img.width = 160;
        img.height = 120;
        if (!strip.querySelector('a[href="' + r.large + '"]')) strip.appendChild(item);
        done(say('arrived'));
        li.parentNode.remove(); /* it stands among the photos now */
        f.querySelector('[data-said]').textContent = say('arrived');
      };
      x.timeout = 300000;
      x.open('POST', f.getAttribute('data-photos'));
      x.send(data);
    }
    input.addEventListener('change', function () {
      Array.prototype.forEach.call(input.files, function (file) {
        var li = list.appendChild(d.createElement('li')).appendChild(d.createElement('span'));
        li.setAttribute('role', 'status');
        waiting.push({ file: file, li: li });
      });
      input.value = '';
      next();
    });
  });
  /* What takes long is asked for every two seconds until it is over. */
  (function () {
    var slow = $('jobs');
    if (!slow || !slow.hasAttribute('data-poll') || !window.fetch || !window.DOMParser) return;
    setTimeout(function again() {
      var from = slow.getAttribute('data-poll');
      if (!from) return;
      fetch(from, { credentials: 'same-origin', redirect: 'error' }).then(function (r) { return r.ok ? r.text() : ''; }).then(function (html) {
        var next = html && new DOMParser().parseFromString(html, 'text/html').getElementById('jobs');
        if (next) { slow.parentNode.replaceChild(d.adoptNode(next), slow); slow = next; }
        setTimeout(again, 2000);
      }).catch(function () { setTimeout(again, 10000); });
    }, 2000);
  })();
  /* A button that copies a field; without this, one selects it by hand. */
  Array.prototype.forEach.call(d.querySelectorAll('[data-copy]'), function (b) {
    b.addEventListener('click', function () {
      var f = d.getElementById(b.getAttribute('data-copy'));
      f.focus();
      f.select();
      if (navigator.clipboard) navigator.clipboard.writeText(f.value);
      else d.execCommand('copy');
    });
  });
  /* One press, one action: a second press while the first is on its way does nothing. */
  Array.prototype.forEach.call(d.querySelectorAll('form.act, form.once'), function (f) {
    var sent = false;
    f.addEventListener('submit', function (e) {
      if (e.defaultPrevented) return;
      if (sent) e.preventDefault();
      else if (navigator.onLine === false && f.method === 'post') { /* a page that says so would take what was typed with it */
        e.preventDefault();
        return tell(d.body.getAttribute('data-offline'));
      }
      sent = true;
      if (f.method === 'post' && !f.hasAttribute('enctype') && !f.hasAttribute('data-whole') && f.querySelector('textarea') && 'submitter' in e && window.fetch && window.URLSearchParams && window.AbortController) send(e);
      else if (f.hasAttribute('data-draft')) tellOf('gone');
    });
    addEventListener('pageshow', function () { sent = false; });
    function tellOf(what) { var e = d.createEvent('Event'); e.initEvent(what, false, false); f.dispatchEvent(e); }
    function tell(text) {
      var bar = f.querySelector('.send'), p = f.querySelector('[data-offline]') || (bar ? bar.insertBefore(d.createElement('span'), bar.firstChild) : f.appendChild(d.createElement('p')));
      p.className = 'wrong';
      p.setAttribute('data-offline', '');
      p.setAttribute('role', 'alert');
      p.textContent = text;
    }
    /* What somebody wrote goes by itself first: the page stays until the server has it. Anything but a way to go on is asked for once more as a page: it says what
       is wrong and brings back what was typed. */
    function send(e) {
      var b = e.submitter, body = new URLSearchParams(new FormData(f)), stop = new AbortController(), to = b && b.hasAttribute('formaction') ? b.formAction : f.getAttribute('action');
      if (b && b.name) body.append(b.name, b.value);
      e.preventDefault();
      f.setAttribute('aria-busy', 'true');
      setTimeout(function () { stop.abort(); }, 45000);
      fetch(to, { method: 'POST', body: body, credentials: 'same-origin', redirect: 'error', headers: { 'X-Qianshao-Script': '1' }, signal: stop.signal }).then(function (r) {
        var next = r.status === 204 && r.headers.get('Location');
        if (!next) {
          if (b && b.name) { var i = f.appendChild(d.createElement('input')); i.type = 'hidden'; i.name = b.name; i.value = b.value; }
          f.setAttribute('action', to);
          return HTMLFormElement.prototype.submit.call(f);
        }
        tellOf('taken');
        var at = new URL(next, location.href), same = at.pathname + at.search === location.pathname + location.search;
        if (!same) return void (location.href = at.href);
        history.replaceState(null, '', at.href); /* a mark alone would not bring the page anew */
        location.reload();
      }).catch(function () {
        sent = false;
        f.removeAttribute('aria-busy');
        tell(d.body.getAttribute('data-lost'));
      });
    }
  });
})();
