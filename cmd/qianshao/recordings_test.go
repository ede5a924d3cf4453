package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qianshao/triage/media"
)

const recordingsFolder = "../../triage/media/testdata"

// TestRecordingsPlayInABrowser lets a real browser play what the worker keeps of every kind of recording that browsers play at all. They do not play AMR, and
// H.265 only with the help of the machine.
func TestRecordingsPlayInABrowser(t *testing.T) {
	t.Parallel()
	files := map[string]media.Recording{}
	bodies := map[string][]byte{}
	for _, name := range []string{"tone.mp3", "vbr.mp3", "tone.aac", "tone.m4a", "tone.ogg", "tone.webm", "live.webm", "film.mp4", "film.mov", "frag.mp4"} {
		raw, err := os.ReadFile(filepath.Join(recordingsFolder, name))
		if err != nil {
			t.Fatal(err)
		}
		use := media.Voice
		if strings.HasPrefix(name, "film") || strings.HasPrefix(name, "frag") {
			use = media.Film
		}
		rec, err := media.ReadRecording(t.Context(), bytes.NewReader(raw), int64(len(raw)), use, media.Lengths{})
		if err != nil || rec.Clean == nil {
			t.Fatalf("%s: problem %q, %v", name, rec.Problem, err)
		}
		if bodies[name], err = io.ReadAll(rec.Clean); err != nil {
			t.Fatal(err)
		}
		files[name] = rec
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if body, ok := bodies[name]; ok {
			w.Header().Set("Content-Type", files[name].Type)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><link rel="icon" href="data:,"><title>x</title>`)
	}))
	t.Cleanup(srv.Close)
	b := chrome(t, srv.URL, "player", chromedp.EmulateViewport(800, 600))
	b.open("/")
	for name, rec := range files {
		tag := "audio"
		if strings.HasPrefix(rec.Type, "video") {
			tag = "video"
		}
		js[bool](b, fmt.Sprintf(`(() => { const e = window.e = document.createElement(%q); window.end = ''; e.muted = true; e.onerror = () => end = 'error: ' + e.error.message;
			e.onended = () => end = 'ended'; document.body.append(e); e.src = '/%s'; e.play().catch(x => end = 'error: ' + x); return true })()`, tag, name))
		until(t, name+" was played to its end", func() bool { return js[string](b, "end") != "" })
		end, d := js[string](b, "end"), js[float64](b, "isFinite(e.duration) ? e.duration : -1")
		if end != "ended" || d < rec.Duration.Seconds()-.2 || d > rec.Duration.Seconds()+.2 {
			t.Errorf("%s: %s, lasts %.2f s, want %.2f s", name, end, d, rec.Duration.Seconds())
		}
		if tag == "video" && !js[bool](b, "e.videoWidth == 96 && e.videoHeight == 64") {
			t.Errorf("%s: no picture", name)
		}
	}
}

// TestBrowserRecordings sends a voice note and a video from a phone, and opens them at the duty desk.
func TestBrowserRecordings(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	link := setupLinks.FindString(command(t, env, "staff", "add", "zhiban", "--name=值班员", "--role=duty", "--unit=safety_committee"))

	phone := chrome(t, p.base, "recorder", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	phone.open("/report?e=none")
	const next = ".part:not([hidden]) [data-go='1']"
	phone.see(next)
	js[bool](phone, "document.querySelector(\"input[name=signs][value=s_drums]\").click() || true")
	phone.click(next)
	phone.see("#where")
	phone.do(chromedp.SendKeys("#where", "店坪村猪场后头那个院子"))
	for range 3 {
		phone.click(next)
	}
	phone.see("#f-voice")
	pick := func(sel, name string) {
		path, err := filepath.Abs(filepath.Join(recordingsFolder, name))
		if err != nil {
			t.Fatal(err)
		}
		phone.do(chromedp.SetUploadFiles(sel, []string{path}))
	}
	arrived := func(what string, n int) {
		t.Helper()
		if _, err := chromedp.Run(phone.ctx, chromedp.Poll[bool](fmt.Sprintf("document.querySelectorAll('[data-sent] input[name=staged]').length == %d && !document.querySelector('[data-sent] progress')", n))); err != nil {
			t.Fatalf("%s: %v\n%s", what, err, phone.text("[data-sent]"))
		}
	}
	pick("#voice", "tone.webm")
	arrived("the voice note", 1)
	pick("#f-voice label input", "tone.m4a") // in place of the first
	arrived("the second voice note", 1)
	pick("#video", "film.mp4")
	arrived("the video", 2)
	phone.look("recordings")
	phone.click("#send")
	phone.see("ol#code")
	if text := phone.text("main"); !strings.Contains(text, "收到 1 段录音、1 段录像。") {
		t.Errorf("the receipt does not say what arrived:\n%s", text)
	}

	desk := chrome(t, p.base, "duty", chromedp.EmulateViewport(1440, 900))
	const password = "院子里 有三棵 老槐树 和井"
	desk.open(link)
	desk.do(chromedp.SendKeys("input[name=password]", password), chromedp.SendKeys("input[name=again]", password))
	desk.click("button.go")
	desk.at("/desk/login")
	desk.do(chromedp.SendKeys("input[name=login]", "zhiban"), chromedp.SendKeys("input[name=password]", password))
	desk.click("button.go")
	desk.at("/desk")
	until(t, "the tip on the desk", func() bool {
		desk.open("/desk?q=all")
		return js[bool](desk, "!!document.querySelector('#rows a')")
	})
	desk.click("#rows a")
	desk.see(".clips .ask")
	desk.look("asked")
	for _, tag := range []string{"audio", "video"} {
		js[bool](desk, "document.querySelector('.clips .ask button').click() || true")
		desk.see(".clips " + tag)
		if _, err := chromedp.Run(desk.ctx, chromedp.Poll[bool](fmt.Sprintf("(e => e && e.readyState > 0 && isFinite(e.duration) && e.duration > .8 && !e.error)(document.querySelector('.clips %s'))", tag))); err != nil {
			t.Errorf("the %s does not load: %v", tag, err)
		}
	}
	desk.look("players")
	js[bool](desk, "[...document.querySelectorAll('.clips details')].forEach(d => d.open = true) || true")
	desk.look("levels")
	desk.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	desk.look("small")
}
