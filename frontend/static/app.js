/* The resident's pages. Every page works without this file. ES2017 at most: old WeChat browsers. */
(function () {
  'use strict';
  var d = document, root = d.documentElement;
  function $(id) { return d.getElementById(id); }
  function all(sel, from) { return Array.prototype.slice.call((from || d).querySelectorAll(sel)); }
  function on(el, what, fn) { if (el) el.addEventListener(what, fn); }
  function text(key, n) { var s = $('say'); return s ? s.getAttribute('data-' + key).replace('%d', n) : ''; }
  function make(tag, cls, words) { var e = d.createElement(tag); if (cls) e.className = cls; if (words) e.textContent = words; return e; }
  function button(words, fn) { var b = make('button', 'quiet', words); b.type = 'button'; on(b, 'click', fn); return b; }
  root.classList.add('js');

  /* Text size without losing what was typed: only the class and our own addresses change. */
  all('.zi a').forEach(function (a, size, links) {
    on(a, 'click', function (e) {
      e.preventDefault();
      root.classList.remove('zi-1', 'zi-2');
      if (size) root.classList.add('zi-' + size);
      links.forEach(function (l) { if (l === a) l.setAttribute('aria-current', 'true'); else l.removeAttribute('aria-current'); });
      /* The answer to a form keeps its address: with another one, loading it again would not bring the code back. */
      if (a.getAttribute('href')[0] !== '#') history.replaceState(history.state, '', a.getAttribute('href'));
      all('a[href^="/"], form[action^="/"]').forEach(function (el) {
        var key = el.tagName === 'FORM' ? 'action' : 'href', v = el.getAttribute(key);
        if (el.parentNode === a.parentNode) return;
        v = v.replace(/([?&])zi=\d&?/, '$1').replace(/[?&]$/, '');
        el.setAttribute(key, size ? v + (v.indexOf('?') < 0 ? '?' : '&') + 'zi=' + size : v);
      });
    });
  });

  /* One question a screen. The phone's back key goes one question back. */
  var form = $('report'), parts = form ? all('.part', form) : [], at = 0;
  function show(n, quietly) {
    at = Math.max(0, Math.min(n, parts.length - 1));
    parts.forEach(function (p, i) { p.hidden = i !== at; });
    if (quietly) return;
    scrollTo(0, 0);
    parts[at].querySelector('h2').focus({ preventScroll: true });
  }
  function go(n) { history.pushState({ at: n }, ''); show(n); }
  function partOf(el) { return parts.findIndex(function (p) { return p.contains(el); }); }
  function reveal(id) {
    var el = $(id), n = el ? partOf(el) : -1;
    if (n < 0) return;
    go(n);
    el.scrollIntoView();
    var field = el.querySelector('input:not([type=hidden]), select, textarea');
    (field || el).focus();
  }
  if (form) {
    form.classList.add('stepped');
    history.replaceState({ at: 0 }, '');
    show(0, true);
    on(window, 'popstate', function (e) { show(e.state && e.state.at || 0); });
    all('[data-go]', form).forEach(function (b) {
      on(b, 'click', function () { if (b.getAttribute('data-go') < 0) history.back(); else go(at + 1); });
    });
    all('#summary a').forEach(function (a) {
      on(a, 'click', function (e) { e.preventDefault(); reveal(a.getAttribute('href').slice(1)); });
    });
  }
  if ($('summary')) $('summary').focus();

  /* A draft on this phone, only when asked for. Texts and ticks, never photos, contact or position. */
  var draft = $('draft'), KEY = 'qianshao-draft';
  function store(fn) { try { return fn(localStorage); } catch (e) { return null; } }
  function draftFields() { return all('[name=signs],[name=sites],[name=times],[name=now],[name=before],[name=town],[name=village],[name=where],[name=words]', form); }
  function keep() {
    store(function (s) {
      if (!draft.checked) return s.removeItem(KEY);
      s.setItem(KEY, JSON.stringify(draftFields().map(function (f) { return f.type === 'checkbox' || f.type === 'radio' ? [f.name, f.value, f.checked] : [f.name, f.value]; })));
    });
  }
  if (draft) {
    var old = JSON.parse(store(function (s) { return s.getItem(KEY); }) || 'null');
    if (old) {
      draft.checked = true;
      draft.parentNode.parentNode.appendChild(make('p', 'hint', text('restored')));
      if (!$('summary')) old.forEach(function (o) {
        draftFields().forEach(function (f) {
          if (f.name !== o[0]) return;
          if (o.length === 2) f.value = o[1];
          else if (f.value === o[1]) f.checked = o[2];
        });
      });
    }
    on(form, 'input', keep);
    on(form, 'change', keep);
  }
  if ($('kept') || $('code') && !$('code').name) store(function (s) { s.removeItem(KEY); });

  /* Places: search over the villages that are in the page already. */
  var find = $('find'), hits = $('hits'), town = $('town'), village = $('village');
  if (find && village) {
    var list = all('option', village).filter(function (o) { return o.value; }).map(function (o) {
      return { o: o, town: o.parentNode.getAttribute('data-town'), where: o.parentNode.label, key: (o.textContent + ' ' + (o.getAttribute('data-s') || '')).toLowerCase() };
    });
    var pick = function (v) { town.value = v.town; village.value = v.o.value; find.value = v.o.textContent; hits.hidden = true; village.focus(); keep(); };
    on(find, 'input', function () {
      var q = find.value.trim().toLowerCase();
      hits.textContent = '';
      hits.hidden = !q;
      if (!q) return;
      list.filter(function (v) { return v.key.indexOf(q) >= 0; }).slice(0, 8).forEach(function (v) {
        var li = make('li'), b = make('button', '', v.o.textContent + ' ');
        b.type = 'button';
        b.appendChild(make('small', '', v.where));
        on(b, 'click', function () { pick(v); });
        li.appendChild(b);
        hits.appendChild(li);
      });
      if (!hits.firstChild) hits.appendChild(make('li', 'hint', text('none')));
    });
    on(find, 'keydown', function (e) {
      if (e.key !== 'Enter') return;
      e.preventDefault();
      var first = hits.querySelector('button');
      if (first) first.click();
    });
    var narrow = function () {
      all('optgroup', village).forEach(function (g) { g.hidden = g.disabled = !!town.value && g.getAttribute('data-town') !== town.value; });
    };
    on(town, 'change', function () {
      var o = village.options[village.selectedIndex];
      if (town.value && o && o.value && o.parentNode.getAttribute('data-town') !== town.value) village.value = '';
      narrow();
    });
    on(village, 'change', function () {
      var o = village.options[village.selectedIndex];
      if (o && o.value) town.value = o.parentNode.getAttribute('data-town');
    });
  }

  var locate = $('locate');
  if (locate) {
    var put = function (c) {
      form.lon.value = c ? c.longitude.toFixed(6) : '';
      form.lat.value = c ? c.latitude.toFixed(6) : '';
      form.acc.value = c ? Math.round(c.accuracy) : '';
      $('unlocate').hidden = !c;
    };
    if (form.lon.value) { $('located').textContent = text('located', form.acc.value); $('unlocate').hidden = false; }
    if (!navigator.geolocation) $('f-lon').hidden = true;
    on(locate, 'click', function () {
      $('located').textContent = text('locating');
      navigator.geolocation.getCurrentPosition(function (p) {
        put(p.coords);
        $('located').textContent = text('located', Math.round(p.coords.accuracy));
      }, function () { $('located').textContent = text('unlocated'); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
    });
    on($('unlocate'), 'click', function () { put(null); $('located').textContent = ''; });
  }

  /* Photos go ahead one by one, each with its own result and a second try. */
  var owner = form || $('say-form'), busy = 0, whenIdle = null;
  var sent = owner && owner.querySelector('[data-sent]'), place = $('photo-place'), shrink = $('shrink');
  function limit(kind) { return +owner.getAttribute('data-' + kind + '-mb'); }
  function shrunk(file, done) {
    /* A canvas drops what the camera wrote into the file, so it is never used while the place in the photo is wanted. */
    if (!shrink || !shrink.checked || place.checked || !/^image\//.test(file.type)) return done(file);
    var img = new Image(), url = URL.createObjectURL(file);
    img.onerror = function () { URL.revokeObjectURL(url); done(file); };
    img.onload = function () {
      var k = Math.min(1, 2048 / Math.max(img.width, img.height)), c = make('canvas');
      c.width = img.width * k;
      c.height = img.height * k;
      c.getContext('2d').drawImage(img, 0, 0, c.width, c.height);
      URL.revokeObjectURL(url);
      c.toBlob(function (b) { done(b && b.size < file.size ? b : file); }, 'image/jpeg', .85);
    };
    img.src = url;
  }
  function send(kind, file, label, li) {
    li.textContent = '';
    var pic = kind === 'photo' ? make('img') : null;
    if (pic) { pic.alt = ''; pic.src = URL.createObjectURL(file); pic.onerror = function () { pic.remove(); }; li.appendChild(pic); }
    var line = make('span'), name = line.appendChild(make('b', '', label)), state = line.appendChild(d.createTextNode(' · ' + text('sending'))), bar = make('progress');
    line.setAttribute('role', 'status');
    li.appendChild(line);
    li.appendChild(bar);
    number();
    busy++;
    function end(wrong, again) {
      busy--;
      bar.remove();
      state.textContent = ' · ' + (wrong || text('arrived'));
      if (wrong && !again && kind === 'photo') { li.removeAttribute('data-counts'); name.textContent = text('refused'); }
      number();
      if (wrong) { line.className = 'wrong'; li.setAttribute('data-failed', ''); }
      if (again) li.appendChild(button(text('again'), function () { li.removeAttribute('data-failed'); send(kind, file, label, li); }));
      li.appendChild(button(text('drop'), function () { li.remove(); number(); }));
      if (!busy && whenIdle) { var f = whenIdle; whenIdle = null; f(); }
    }
    shrunk(file, function (body) {
      if (body.size > limit(kind) * 1048576) return end(text(kind === 'photo' ? 'big' : 'big-clip', limit(kind)));
      var x = new XMLHttpRequest(), data = new FormData();
      data.append('token', owner.token.value);
      data.append('kind', kind);
      ['captcha_id', 'captcha'].forEach(function (n) { if (owner[n]) data.append(n, owner[n].value); });
      data.append('file', body, kind);
      x.upload.onprogress = function (e) { if (e.lengthComputable) { bar.max = e.total; bar.value = e.loaded; } };
      x.onerror = x.ontimeout = function () { end(text('lost'), true); };
      x.onload = function () {
        var r = {};
        try { r = JSON.parse(x.responseText); } catch (e) { /* a page in between answered: the same as no answer */ }
        if (!r.token) return end(r.error || text('lost'), !r.error);
        var h = make('input');
        h.type = 'hidden';
        h.name = 'staged';
        h.value = r.token;
        li.appendChild(h);
        end();
      };
      x.timeout = kind === 'video' ? 590000 : 300000; /* the server waits for ten minutes */
      x.open('POST', '/report/evidence');
      x.send(data);
    });
  }
  /* Photos are numbered as the server does it: in their order, without those that were refused or taken away. */
  var before = sent ? all('li:not([data-clip]):not([data-failed])', sent).length : 0;
  function number() { all('[data-counts] b', sent).forEach(function (b, i) { b.textContent = text('photo', before + i + 1); }); }
  if (owner && window.FormData) all('input[type=file]', owner).forEach(function (input) {
    var kind = input.getAttribute('data-kind');
    on(input, 'change', function () {
      var photo = kind === 'photo', room = +owner.getAttribute('data-photos');
      Array.prototype.forEach.call(input.files, function (file) {
        var li = make('li');
        /* One voice note and one video: a new one takes the place of the old. */
        if (!photo) all('[data-clip=' + kind + ']', sent).forEach(function (v) { v.remove(); });
        else if (all('li:not([data-clip]):not([data-failed])', sent).length >= room) return say(text('many', room));
        if (photo) li.setAttribute('data-counts', '');
        else li.setAttribute('data-clip', kind);
        sent.appendChild(li);
        send(kind, file, photo ? '' : text(kind), li);
      });
      input.value = '';
    });
  });
  if (shrink && place) {
    var either = function () { shrink.disabled = place.checked; if (place.checked) shrink.checked = false; };
    on(place, 'change', either);
    either();
  }

  /* Sending: not while a photo is on its way, not twice, and not into a dead network. */
  var trouble = $('trouble'), sendButton = $('send'), label = sendButton && sendButton.textContent, sure = false;
  function say(words) { if (trouble) { trouble.hidden = !words; trouble.lastElementChild.textContent = words; } }
  var unsaid = owner && owner.querySelector('button[name=unsaid]'), told = null;
  on(unsaid, 'click', function () { /* submit() below knows no button */
    if (told) return;
    told = owner.appendChild(make('input'));
    told.type = 'hidden';
    told.name = 'unsaid';
    told.value = '1';
  });
  function ready(again) { sure = false; if (told) { told.remove(); told = null; } if (sendButton) { sendButton.disabled = false; sendButton.textContent = label; } if (again) say(again); }
  function probe() {
    var x = new XMLHttpRequest();
    sendButton.disabled = true;
    sendButton.textContent = text('busy');
    x.timeout = 15000;
    x.onerror = x.ontimeout = function () { ready(text('offline')); };
    x.onload = function () { sure = true; say(''); owner.submit(); };
    x.open('GET', '/healthz');
    x.send();
  }
  on(owner, 'submit', function (e) {
    if (sure) return;
    e.preventDefault();
    if (form && at < parts.length - 1) return go(at + 1);
    if (busy) { say(text('wait')); whenIdle = probe; return; }
    probe();
  });
  on(window, 'pageshow', function (e) { if (e.persisted) ready(); });

  /* The query code, typed in fours. */
  all('[data-fours]').forEach(function (f) {
    on(f, 'input', function (e) {
      if (e.isComposing || f.selectionStart !== f.value.length) return;
      var v = f.value.replace(/[０-９]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 65248); }).replace(/[\s-]/g, '');
      if (/^\d{1,16}$/.test(v)) f.value = v.replace(/(\d{4})(?=\d)/g, '$1 ');
    });
  });

  /* The code page. */
  var code = $('code'), kept = $('kept');
  if (!kept) return;
  function digits(el) { return el ? all('li', el).map(function (l) { return l.textContent; }) : []; }
  function guard(e) { e.preventDefault(); e.returnValue = ''; }
  on(window, 'beforeunload', guard);
  var tail = $('tail'), asked = false;
  on(kept, 'submit', function (e) {
    var v = tail.value.replace(/\s/g, ''), right = v === kept.getAttribute('data-tail');
    $('tail-wrong').hidden = right || !v;
    $('tail-empty').hidden = !!v || asked;
    if (right || !v && asked) { window.removeEventListener('beforeunload', guard); return; }
    asked = true;
    e.preventDefault();
    tail.focus();
  });
  on($('big'), 'click', function () {
    var b = code.classList.toggle('big');
    this.setAttribute('aria-pressed', b);
  });
  on($('speak'), 'click', function () {
    if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) { $('unspoken').hidden = false; return; }
    var u = new SpeechSynthesisUtterance(this.getAttribute('data-before') + '。' + digits(code).map(function (g) { return g.split('').join('，'); }).join('。'));
    u.lang = root.lang;
    u.rate = .7;
    u.onerror = function () { $('unspoken').hidden = false; };
    speechSynthesis.cancel();
    speechSynthesis.speak(u);
  });
  /* One picture per code: they are to be kept apart. */
  all('[data-save]').forEach(function (b) { on(b, 'click', function () {
    var rows = digits($(b.getAttribute('data-save'))), c = make('canvas'), g = c.getContext('2d'), box = b.parentNode.parentNode.querySelector('.saved');
    c.width = 720;
    c.height = 340;
    g.fillStyle = '#FBFAF6';
    g.fillRect(0, 0, 720, 340);
    g.fillStyle = '#1C2521';
    g.font = '600 36px sans-serif';
    g.fillText(b.getAttribute('data-title'), 48, 80);
    g.font = '600 72px monospace';
    g.fillText(rows[0] + ' ' + rows[1], 48, 185);
    g.fillText(rows[2] + ' ' + rows[3], 48, 275);
    var img = box.querySelector('img') || box.appendChild(make('img'));
    img.alt = b.getAttribute('data-title');
    img.src = c.toDataURL('image/png');
    box.hidden = false;
    if (/MicroMessenger/i.test(navigator.userAgent)) return;
    var a = make('a');
    a.href = img.src;
    a.download = 'qianshao.png';
    d.body.appendChild(a);
    a.click();
    a.remove();
  }); });
})();
