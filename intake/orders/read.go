package orders

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/tables"
)

// Limits of a sheet.
const (
	MaxBytes = 16 << 20
	maxRows  = 20_000
)

// reader collects rows and problems of one sheet.
type reader struct {
	File
	*Service
	name string
	head []string       // the field of each column; "" for one that is not read
	seen map[string]int // line of a number
}

// Read reads a sheet (CSV in UTF-8, UTF-16 or GBK). It stores nothing. The name is only for the problems.
func (s *Service) Read(name string, raw []byte) File {
	r := &reader{Service: s, name: name, seen: map[string]int{}}
	text, ok := tables.Decode(raw)
	switch {
	case len(raw) > MaxBytes:
		r.bad(0, fmt.Sprintf("文件超过 %d MB", MaxBytes>>20), "分成几个文件导入")
	case !ok:
		r.bad(0, "文件里的字认不出来", "在表格软件里另存为“CSV UTF-8”再导入；Excel 的 xlsx 也要先另存为 CSV")
	case len(bytes.TrimSpace(text)) == 0:
		r.bad(0, "文件是空的", "第一行写列名，从第二行起一行一张工单")
	default:
		r.table(text)
	}
	return r.File
}

func (r *reader) bad(line int, what, remedy string) {
	r.Problems = append(r.Problems, county.Problem{File: r.name, Line: line, What: what, Remedy: remedy})
}

// table reads the heading and every line below it.
func (r *reader) table(text []byte) {
	if tables.Each(text, maxRows, r.bad, r.take) && len(r.seen)+len(r.Problems) == 0 {
		r.bad(0, "只有列名，没有工单", "从第二行起一行一张工单")
	}
}

func (r *reader) take(line int, cells []string) bool {
	if r.head == nil {
		return r.heading(line, cells)
	}
	r.line(line, cells)
	return true
}

// heading finds the columns; false when one that cannot be done without is missing.
func (r *reader) heading(line int, cells []string) bool {
	columns := map[string]string{}
	for heading, field := range r.Profile.Hotline.Columns {
		columns[plain(heading)] = field
	}
	for _, h := range cells {
		r.head = append(r.head, columns[plain(h)])
	}
	for _, must := range []string{"order", "told", "words"} {
		if !slices.Contains(r.head, must) {
			r.bad(line, "没有找到"+labels[must]+"这一列", "列名要写成这里头的一个："+strings.Join(r.Profile.Hotline.Headings(must), "、")+"；市里换了写法，请县里改 hotline.yaml")
		}
	}
	return len(r.Problems) == 0
}

// plain is a heading without what people put around it.
func plain(heading string) string {
	line, _ := intake.CleanLine(norm.NFKC.String(heading))
	return strings.NewReplacer(" ", "", "*", "", "(必填)", "").Replace(line)
}

// labels are the fields in words.
var labels = map[string]string{"order": "工单编号", "told": "来电时间", "words": "来电内容", "channel": "来路", "where": "地方"}

// line reads one line. Words and places of several columns stand one below the other; of the other fields the first that holds something counts.
func (r *reader) line(line int, cells []string) {
	f := map[string]string{}
	for i, v := range cells {
		if i >= len(r.head) || r.head[i] == "" {
			continue
		}
		field, v := r.head[i], strings.TrimSpace(v)
		switch {
		case v == "" || f[field] == v:
		case f[field] == "":
			f[field] = v
		case field == "words":
			f[field] += "\n" + v
		case field == "where":
			f[field] += " " + v
		}
	}
	if len(f) == 0 {
		return
	}
	for field, v := range r.Profile.Hotline.Defaults {
		if f[field] == "" && field != "where" {
			f[field] = v
		}
	}
	r.order(line, f)
}

// order checks what a line says and keeps it, or names everything that is wrong with it.
func (r *reader) order(line int, f map[string]string) {
	before := len(r.Problems)
	rep := intake.Report{Words: f["words"], Order: f["order"]}
	if f["order"] == "" {
		r.bad(line, "没有工单编号", "补上编号，没有编号的请在热线台上录")
	}
	var ok bool
	if rep.Channel, ok = r.channel(f["channel"]); !ok {
		r.bad(line, "来路不认识", "写成这里头的一个："+r.channels())
	}
	if f["told"] == "" {
		r.bad(line, "没有来电时间", "补上时间，写成 2026-11-29 15:04 这样")
	} else if told, err := r.Intake.ParseTold(f["told"]); err != nil {
		r.bad(line, "来电时间看不懂", "写成 2026-11-29 15:04 这样")
	} else {
		rep.Told = told
	}
	rep.Town, rep.Village, rep.Where = r.place(f["town"], f["village"], f["where"])
	if rep.Town == "" && rep.Where == "" {
		rep.Where = r.Profile.Hotline.Defaults["where"]
	}
	d, err := r.Intake.OrderDraft(f["order"])
	if err != nil {
		d = r.Intake.NewDraft() // only to check the rest
	}
	sub, wrong := r.Intake.Check(d, intake.Submission{Report: rep})
	for _, w := range wrong {
		r.wrong(line, w)
	}
	number := sub.Report.Order
	if first, twice := r.seen[number]; twice && number != "" {
		r.bad(line, fmt.Sprintf("工单编号和第 %d 行一样", first), "核对编号，同一张工单只留一行")
	} else if !twice {
		r.seen[number] = line
	}
	if len(r.Problems) == before {
		r.Rows = append(r.Rows, Row{line, number, sub})
	}
}

// wrong says in a clerk's words what intake found.
func (r *reader) wrong(line int, w *fault.Error) {
	label := labels[w.Field]
	switch w.Key {
	case "form.empty":
		r.bad(line, "没有来电内容", "补上来电的人说了什么")
	case "form.where":
		r.bad(line, "没有写在什么地方", "补上镇、村，或者一句怎么走")
	case "form.too_long":
		most := intake.MaxShort
		if w.Field == "words" {
			most = intake.MaxWords
		}
		r.bad(line, fmt.Sprintf("%s太长，超过 %d 个字", label, most), "删短一些，要紧的留下")
	case "form.encoding":
		r.bad(line, label+"里有认不出来的字", "在表格里改好，另存为“CSV UTF-8”再导入")
	case "told.future":
		r.bad(line, "来电时间还没到", "核对日期和钟点")
	case "told.old":
		r.bad(line, fmt.Sprintf("来电时间太早，超过 %d 天", r.Profile.Hotline.DaysBack), "核对日期；真是那么早的，请交给县安委办登记")
	case "order.format":
		r.bad(line, "工单编号不对", "编号只能有数字、字母和短横，4 到 40 个")
	default:
		r.bad(line, strings.TrimRight(w.Sentence(fault.DefaultLang), "。"), "改好再导入")
	}
}

// channel finds a channel by its id or its text.
func (r *reader) channel(said string) (string, bool) {
	for _, c := range r.Profile.Hotline.Channels {
		if said == c.ID || plain(said) == plain(c.Text) {
			return c.ID, true
		}
	}
	return "", false
}

func (r *reader) channels() string {
	var texts []string
	for _, c := range r.Profile.Hotline.Channels {
		texts = append(texts, c.Text)
	}
	return strings.Join(texts, "、")
}

// place finds the codes of town and village. What is in no list goes to the words about the place, so that nothing is lost and the worker can look for it.
func (r *reader) place(town, village, where string) (townCode, villageCode, words string) {
	bare := strings.TrimPrefix(strings.TrimPrefix(town, r.Profile.City), r.Profile.Name)
	for _, t := range r.Profile.Towns {
		if town == t.Code || bare == t.Name || slices.Contains(t.Aliases, bare) {
			townCode = t.Code
		}
	}
	if townCode == "" && town != "" {
		where = strings.TrimSpace(town + " " + where)
	}
	var found []county.Village
	for _, v := range r.Profile.Villages {
		if village != "" && (townCode == "" || v.Town == townCode) && (village == v.Code || village == v.Name || village == v.Short || slices.Contains(v.Aliases, village)) {
			found = append(found, v)
		}
	}
	if len(found) == 1 && (townCode != "" || town == "") {
		return found[0].Town, found[0].Code, where
	}
	if village != "" && !strings.Contains(where, village) {
		where = strings.TrimSpace(village + " " + where)
	}
	return townCode, "", where
}
