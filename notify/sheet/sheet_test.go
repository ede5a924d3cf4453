package sheet

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"qianshao/config/county"
)

var whole = Case{
	Office: "方山县安全生产委员会办公室", Number: "方2026-0031", Place: "方山县大武镇王家墕村",
	Category: "以挂靠、租赁或“厂中厂”等方式非法违法生产、储存化工产品（危险化学品）的单位或个人", Urgency: "急", Lead: "大武镇人民政府",
	Co: []string{"县应急管理局", "市生态环境局方山分局"}, Oversight: "县安委办", Opened: "2026年11月24日", Today: "2026年11月29日",
	Deadlines:   []Deadline{{"签收", "2026年11月25日前", "已超 4 天"}, {"去看", "2026年12月1日前", ""}},
	AnswerBy:    "2026年12月3日前",
	Instruction: "派出所先在村口守着，应急局带测爆仪，再一起进去。",
}

// pages reads a sheet back: each page without white space, and the black squares on it.
func pages(t *testing.T, file []byte) (texts []string, squares []pdf.Rect) {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= r.NumPage(); n++ {
		content := r.Page(n).Content()
		var b strings.Builder
		for _, letter := range content.Text {
			b.WriteString(strings.TrimSuffix(letter.S, "\ufffd")) // the reader's end of a line
		}
		texts = append(texts, strings.Join(strings.Fields(b.String()), ""))
		squares = append(squares, content.Rect...)
	}
	return texts, squares
}

func printed(t *testing.T, kind Kind, c Case) []byte {
	t.Helper()
	file, err := Print(kind, c)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSheetsShowTheirCase(t *testing.T) {
	t.Parallel()
	always := []string{whole.Number, whole.Place, whole.Category, whole.Lead, "去看：2026年12月1日前", "第1页，共1页"}
	desk := append([]string{whole.Office + "（盖章）", whole.Urgency, whole.Opened, whole.Today, "县应急管理局、市生态环境局方山分局", "（已超4天）", whole.Instruction}, always...)
	for kind, want := range map[Kind][]string{
		Assign:    append([]string{"问题线索交办单", whole.Oversight, "签收人："}, desk...),
		Supervise: append([]string{"督办单", "反馈期限2026年12月3日前", "领导批示"}, desk...),
		Inspect:   append([]string{"现场核查单", "□正在干", "证件号：", "当事人"}, always...),
	} {
		texts, squares := pages(t, printed(t, kind, whole))
		if len(texts) != 1 {
			t.Fatalf("%s: %d pages", kind, len(texts))
		}
		for _, w := range want {
			if !strings.Contains(texts[0], w) {
				t.Errorf("%s lacks %q:\n%s", kind, w, texts[0])
			}
		}
		if got := decode(t, squares); got != whole.Number {
			t.Errorf("%s: the code says %q", kind, got)
		}
	}
}

// decode paints the squares and reads them as a scanner would.
func decode(t *testing.T, squares []pdf.Rect) string {
	t.Helper()
	if len(squares) < 100 {
		t.Fatalf("%d squares are no QR code", len(squares))
	}
	low, high := squares[0].Min, squares[0].Max
	for _, s := range squares {
		low.X, low.Y, high.X, high.Y = min(low.X, s.Min.X), min(low.Y, s.Min.Y), max(high.X, s.Max.X), max(high.Y, s.Max.Y)
	}
	const scale, quiet = 6, 40
	pic := image.NewGray(image.Rect(0, 0, int((high.X-low.X)*scale)+2*quiet, int((high.Y-low.Y)*scale)+2*quiet))
	for i := range pic.Pix {
		pic.Pix[i] = 0xff
	}
	for _, s := range squares {
		for x := int((s.Min.X - low.X) * scale); x < int((s.Max.X-low.X)*scale); x++ {
			for y := int((high.Y - s.Max.Y) * scale); y < int((high.Y-s.Min.Y)*scale); y++ {
				pic.SetGray(quiet+x, quiet+y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(pic)
	if err != nil {
		t.Fatal(err)
	}
	// A reader that would guess Japanese must be told otherwise by the code itself.
	guess := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_CHARACTER_SET: "Shift_JIS"}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, guess)
	if err != nil {
		t.Fatalf("nothing can read the code: %v", err)
	}
	return result.GetText()
}

// What is inspected signs the sheet: it must not read there that somebody reported, or what the office wrote to the inspectors.
func TestTheSheetOfInspectorsTellsNothingOfAReport(t *testing.T) {
	t.Parallel()
	texts, _ := pages(t, printed(t, Inspect, whole))
	for _, word := range []string{"举报", "线索", "来人", "反映", "属实", whole.Instruction} {
		if strings.Contains(texts[0], word) {
			t.Errorf("it says %q", word)
		}
	}
}

func TestALongInstructionGoesOnOnFurtherPages(t *testing.T) {
	t.Parallel()
	c := whole
	for i, v := range slices.Repeat(profile(t).Villages, 6) {
		c.Instruction += fmt.Sprintf("%d%s、", i, v.Name)
	}
	for _, kind := range []Kind{Assign, Supervise} {
		texts, _ := pages(t, printed(t, kind, c))
		if len(texts) < 3 {
			t.Fatalf("%s: %d pages", kind, len(texts))
		}
		label := map[Kind]string{Assign: "交办意见", Supervise: "督办意见"}[kind]
		all := ""
		for i, text := range texts {
			top := forms[kind].title + "（续）编号：" + c.Number
			if i > 0 && !strings.Contains(text, top) {
				t.Errorf("%s: page %d does not begin with its title and number", kind, i+1)
			}
			if i < 2 && strings.Count(text, label) != 1 {
				t.Errorf("%s: page %d does not name the row that goes on", kind, i+1)
			}
			text = strings.Replace(text, top, "", 1)
			text, _, _ = strings.Cut(text, "第"+string(rune('1'+i))+"页")
			all += strings.Replace(text, label, "", 1)
		}
		if !strings.Contains(all, c.Instruction) {
			t.Errorf("%s: the instruction is not whole", kind)
		}
	}
}

func TestAnEmptyCaseIsAFormToFillIn(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		texts, squares := pages(t, printed(t, kind, Case{Number: "方2026-0001"}))
		if len(texts) != 1 || decode(t, squares) != "方2026-0001" {
			t.Errorf("%s: %d pages", kind, len(texts))
		}
	}
	if _, err := Print("poster", whole); err == nil {
		t.Error("an unknown form was printed")
	}
}

func TestACharacterWithoutAGlyphIsABoxAndCounted(t *testing.T) {
	t.Parallel()
	c := whole
	c.Instruction = "看见😀了\u200b，\U00031350也在"
	p, err := draw(Assign, c)
	if err != nil {
		t.Fatal(err)
	}
	file, err := p.bytes()
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := pages(t, file)
	if p.missing != 2 || !strings.Contains(texts[0], "看见□了，□也在") {
		t.Errorf("%d missing:\n%s", p.missing, texts[0])
	}
}

func profile(t *testing.T) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEverythingInTheProfileCanBeWritten(t *testing.T) {
	t.Parallel()
	p := profile(t)
	all := []string{p.Name, p.City, p.Region}
	for _, v := range p.Villages {
		all = append(all, v.Name)
	}
	for _, v := range p.Towns {
		all = append(all, v.Name)
	}
	for _, n := range p.Neighbours {
		all = append(all, n.Name)
		for _, v := range slices.Concat(n.Towns, n.Villages) {
			all = append(all, v.Name)
		}
	}
	for _, u := range p.Units {
		all = append(all, u.Name, u.Role)
	}
	for _, k := range p.Categories {
		all = append(all, k.Official, k.Plain)
	}
	for _, k := range p.Clocks {
		all = append(all, k.Name)
	}
	for _, s := range p.Texts {
		all = append(all, s)
	}
	paper, err := newPaper("", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range all {
		if before := paper.missing; paper.use(regular, body, text) != text || paper.missing > before {
			t.Errorf("the font lacks a character of %q", text)
		}
	}
	if len(all) < 500 {
		t.Errorf("only %d texts", len(all))
	}
}

func TestSheetsPrintedAtOnceDoNotMix(t *testing.T) {
	t.Parallel()
	want := printed(t, Assign, whole)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if file, err := Print(Assign, whole); err != nil || !bytes.Equal(file, want) {
				t.Errorf("another sheet came out: %v", err)
			}
			if _, err := Print(Inspect, Case{Number: "方2026-0002", Place: "圪洞镇"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func BenchmarkPrint(b *testing.B) {
	for b.Loop() {
		if _, err := Print(Assign, whole); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReceiptShowsTheMoneyAndNoName(t *testing.T) {
	t.Parallel()
	file, err := PrintReceipt(Receipt{Office: "县应急管理局", Number: "1234-5678", Amount: "7,500 元", Paid: "2026年11月29日", Way: "到窗口", Line: "2026 安全生产举报奖励资金", Voucher: "8号",
		Cashier: "赵六", Proof: "领奖码、领款码当面核对无误。"})
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := pages(t, file)
	if len(texts) != 1 {
		t.Fatalf("%d pages", len(texts))
	}
	for _, want := range []string{"奖励收据", "1234-5678", "7,500元", "2026年11月29日", "到窗口", "8号", "赵六", "当面核对无误", "不写领取人姓名"} {
		if !strings.Contains(texts[0], want) {
			t.Errorf("the receipt lacks %q: %s", want, texts[0])
		}
	}
}
