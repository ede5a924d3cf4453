package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/device"
)

// TestScript drives what only the script does on the form and on the page with the code.
func TestScript(t *testing.T) {
	t.Parallel()
	p := start(t, "run", settings(t, "QIANSHAO_MAX_PHOTO_MB=1"))
	dir := t.TempDir()
	var files []string
	for i, content := range [][]byte{picture(t, "drums", 1), make([]byte, 1<<20+1), picture(t, "night", 2)} {
		path := filepath.Join(dir, string(rune('a'+i))+".jpg")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	phone := chrome(t, p.base, "phone", chromedp.Emulate(device.GalaxyS8))
	phone.open("/report?e=none")
	const next = ".part:not([hidden]) [data-go='1']"
	phone.see(next)
	js[bool](phone, "document.querySelector(\"input[name=signs]\").click() || true")
	phone.click(next)
	phone.do(chromedp.SendKeys("#where", "猪场后头那个院子"))
	for range 3 {
		phone.click(next)
	}
	phone.do(chromedp.SetUploadFiles("#photos", files))
	until(t, "two photos taken", func() bool {
		return js[int](phone, "document.querySelectorAll('[data-sent] input[name=staged]').length") == 2
	})
	names := func() string {
		return js[string](phone, "Array.from(document.querySelectorAll('[data-sent] b')).map(b => b.textContent).join()")
	}
	if got := names(); got != "照片 1,没收下的照片,照片 2" {
		t.Errorf("a refused photo uses up a number: %s", got)
	}
	js[bool](phone, "document.querySelector('[data-sent] li button').click() || true") // takes the first away
	if got := names(); got != "没收下的照片,照片 1" {
		t.Errorf("a photo taken away uses up a number: %s", got)
	}
	phone.click("#send")
	phone.see("ol#code")

	// Another size of the text, without a new page and without another address.
	code := phone.text("ol#code")
	phone.click(".zi a:nth-child(3)")
	if !js[bool](phone, "document.documentElement.classList.contains('zi-2') && location.pathname + location.search == '/report'") || phone.text("ol#code") != code {
		t.Error("the size of the text does not change in place")
	}
	if to := js[string](phone, "document.getElementById('kept').getAttribute('action')"); to != "/report/kept?zi=2" {
		t.Errorf("the next page forgets the size: %s", to)
	}
	phone.click("#kept .go")
	phone.see("#tail-empty")
	if text := phone.text("#tail-empty"); !strings.Contains(text, "最后四个数字") {
		t.Errorf("an empty tail is answered with %q", text)
	}
	phone.click("#kept .go")
	phone.at("/report/kept")
	if !js[bool](phone, "document.documentElement.classList.contains('zi-2')") {
		t.Error("the last page forgets the size")
	}
}
