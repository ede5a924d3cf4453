package poster

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"qianshao/config/county"
)

const address = "https://qianshao.fangshan.gov.cn"

// picture reads the drawing of a sign from the pages' file: here a test may look there, the program is handed them.
func picture(t *testing.T) func(string) []byte {
	t.Helper()
	all, err := os.ReadFile("../../frontend/static/signs.svg")
	if err != nil {
		t.Fatal(err)
	}
	return func(sign string) []byte {
		return regexp.MustCompile(`<symbol id="` + sign + `".*</symbol>`).Find(all)
	}
}

func notice(t *testing.T) Notice {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return Notice{Profile: p, URL: address, Town: p.Towns[3].Code, Drawing: picture(t)}
}

// keep writes a file where somebody wants to look at it.
func keep(t *testing.T, name string, raw []byte) {
	t.Helper()
	if dir := os.Getenv("QIANSHAO_TEST_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func words(t *testing.T, raw []byte) (text string, pages int) {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= r.NumPage(); i++ {
		for _, w := range r.Page(i).Content().Text {
			text += w.S
		}
	}
	return text, r.NumPage()
}

func TestPosterSaysWhereToGoAndWhatNotToScan(t *testing.T) {
	n := notice(t)
	for _, size := range []Size{A4, A3} {
		raw, err := Poster(n, size, PDF)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, "poster-"+string(size)+".pdf", raw)
		text, pages := words(t, raw)
		if pages != 1 || strings.Contains(text, string(missing)) {
			t.Errorf("%s: %d pages, boxes for letters: %t", size, pages, strings.Contains(text, string(missing)))
		}
		for _, want := range []string{"方山县大武镇", "qianshao.fangshan.gov.cn", "12345", "贴住", "大武镇的乡亲", "头一个", "要正好是" + n.Address() + "，一个字不多", "119", "不留名", n.Profile.Texts["asks"]} {
			if !strings.Contains(strings.Join(strings.Fields(text), ""), want) {
				t.Errorf("%s does not say %s", size, want)
			}
		}
		if len(raw) > 1<<20 {
			t.Errorf("%s: %d bytes", size, len(raw))
		}
	}
}

func TestPictureOfThePosterCanBeScanned(t *testing.T) {
	raw, err := Poster(notice(t), A4, PNG)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "poster-a4.png", raw)
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); got != (image.Point{X: 1240, Y: 1754}) {
		t.Errorf("%v dots", got)
	}
	b, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(b, nil)
	if err != nil {
		t.Fatalf("a phone finds no code: %v", err)
	}
	if found.GetText() != address {
		t.Errorf("the code leads to %q", found.GetText())
	}
}

func TestLeafletHasTwoSides(t *testing.T) {
	n := notice(t)
	raw, err := Leaflet(n)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "leaflet.pdf", raw)
	text, pages := words(t, raw)
	if pages != 2 || strings.Contains(text, string(missing)) {
		t.Errorf("%d pages", pages)
	}
	joined := strings.NewReplacer("\uFFFD", "", " ", "").Replace(text) // the reader's mark at the end of a line
	for _, want := range []string{n.Profile.Texts["explain.is"], n.Profile.Texts["notice"], n.Profile.RewardWords(), "查询码"} {
		if !strings.Contains(joined, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the leaflet does not say %s", want)
		}
	}
	if strings.Contains(text, "50万") || strings.Contains(text, "300000") {
		t.Error("the leaflet promises money that the county has not enacted")
	}
}

func TestBroadcastTakesAMinute(t *testing.T) {
	lines, seconds := Broadcast(notice(t).Profile)
	if seconds < 50 || seconds > 75 {
		t.Errorf("%d seconds", seconds)
	}
	text := strings.Join(lines, "")
	if !strings.Contains(text, "幺二三四五") || regexp.MustCompile(`[0-9A-Za-z]`).MatchString(text) {
		t.Errorf("cannot be read aloud as it stands: %s", text)
	}
}

func TestOnlyAnAddressThatAVillageReachesIsSafe(t *testing.T) {
	for address, want := range map[string]bool{"https://qianshao.fangshan.gov.cn": true, "http://qianshao.fangshan.gov.cn": false, "http://127.0.0.1:8080": false, "https://127.0.0.1": false, "https://localhost": false, "": false} {
		if got := (Notice{URL: address}).Safe(); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
	if got := (Notice{URL: "https://x.gov.cn/tips/"}).Address(); got != "x.gov.cn/tips" {
		t.Errorf("address %q", got)
	}
}

func TestEverySignCanBePrinted(t *testing.T) {
	n := notice(t)
	for _, s := range n.Profile.Signs {
		svg := n.Drawing(s.ID)
		if svg == nil {
			t.Errorf("no picture of %s", s.ID)
			continue
		}
		figures, err := read(svg)
		if err != nil || len(figures) < 3 {
			t.Errorf("%s: %d figures, %v", s.ID, len(figures), err)
		}
		for _, f := range figures {
			for _, p := range f.path {
				if p.x < -1 || p.x > 65 || p.y < -2 || p.y > 50 {
					t.Errorf("%s reaches %v", s.ID, p)
				}
			}
		}
	}
}

func TestADrawingThatCannotBeReadIsAnError(t *testing.T) {
	for _, svg := range []string{`<symbol><text>x</text></symbol>`, `<symbol><path d="M0 0A1 1 0 0 0 2 2"/></symbol>`, `<symbol><path d="M0"/></symbol>`, `<symbol><g transform="rotate(3)"/></symbol>`, `<symbol>`} {
		if f, err := read([]byte(svg)); err == nil {
			t.Errorf("%s gives %v", svg, f)
		}
	}
}
