package ledger

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"qianshao/config/county"
	"qianshao/intake/tables"
)

// Limits of a file that is imported.
const (
	MaxImport   = 20 << 20 // bytes
	maxRows     = 20_000
	maxColumns  = 200
	maxUnzipped = 300 << 20
	inMemory    = 16 << 20 // of one part; more lies in a file
	headingIn   = 15       // lines within which the heading must stand
	mergedIn    = 4 << 20  // bytes of a sheet whose merged cells are looked at, and
	mostMerged  = 5000     // how many there may be: what hands do; the engine compares each with each
)

// Problem is what is wrong with a row, or with the file when Row is 0.
type Problem struct {
	Row          int    // line of the sheet, from 1
	Column       string // heading
	What, Remedy string
}

// aliases are other headings under which counties keep the same thing. What stands in the profile counts first.
var aliases = map[string][]string{
	"number":    {"编号", "台账编号", "点位编号"},
	"source":    {"来源", "线索来源"},
	"found":     {"发现日期", "发现时间", "排查日期", "排查时间", "检查时间"},
	"town":      {"镇", "乡镇", "乡（镇）", "所在乡镇", "所属乡镇", "乡镇街道"},
	"village":   {"村", "行政村", "所在村", "所属村", "村社区"},
	"where":     {"详细地点", "地址", "详细地址", "具体位置", "地点"},
	"site":      {"名称", "名称或代号", "企业名称", "点位名称", "场所名称", "单位名称", "作坊名称"},
	"points":    {"种子类别", "类别", "八类"},
	"site_type": {"场所类型", "场所性质"},
	"operator":  {"经营者", "负责人", "业主", "经营人"},
	"licences":  {"证照情况", "手续情况"},
	"before":    {"是否曾被取缔", "以前取缔过吗"},
	"hazardous": {"是否危化品", "是否危险化学品"},
	"lead":      {"主办", "主办单位", "牵头单位", "责任单位"},
	"co":        {"协办", "协办单位", "配合单位"},
	"visited":   {"现场日期", "核查日期"},
	"officers":  {"检查人员", "核查人员"},
	"measures":  {"处置措施", "整治措施"},
	"stopped":   {"停产时间", "停产日期", "取缔日期", "取缔时间"},
	"equipment": {"设备拆除数与去向", "设备去向"},
	"cleared":   {"原料产品清理吨数与去向", "原料产品去向"},
	"filed":     {"立案号", "立案文号"},
	"decision":  {"处罚决定号", "处罚文号"},
	"money":     {"罚没金额", "罚款金额"},
	"relapsed":  {"是否复燃"},
	"struck_by": {"销号人", "销号单位"},
	"struck_on": {"销号日期", "销号时间"},

	"point": {"坐标及坐标系", "坐标"}, "border": {"是否县界3公里内"}, "controller": {"实际控制人"}, "landlord": {"出租方"}, "amount": {"估计数量"}, "process": {"工艺与设备"},
	"controlled": {"是否剧毒/易制爆/易制毒"}, "tanks": {"储罐气瓶数"}, "people": {"在场人数"}, "surroundings": {"周边距离"}, "documents": {"文书编号"}, "seizure": {"查封扣押起止"},
	"power": {"断电"}, "water": {"断水"}, "premises": {"厂房清理"}, "police": {"移送公安日期与案号"}, "accountable": {"问责人数"}, "traced": {"倒查上下游家数"},
	"look1": {"回头看7日"}, "look2": {"回头看30日"}, "look3": {"回头看90日"}, "look4": {"回头看180日"}, "published": {"公开日期与链接"},
}

// forbidden begin or make headings of what a ledger may not hold (台账不含举报人任何信息).
var forbidden = []string{"举报人", "反映人", "来电", "查询码", "联系方式", "联系电话", "提交时刻", "受理时刻"}

// heading is a heading without what varies: spaces, remarks in brackets, width of signs.
func heading(s string) string {
	s = strings.Join(strings.Fields(strings.NewReplacer("（", "(", "）", ")", "\n", "", "*", "", "、", "", "/", "", "：", "", ":", "").Replace(norm.NFC.String(s))), "")
	if open := strings.IndexByte(s, '('); open > 0 {
		s = s[:open]
	}
	return s
}

// fieldsBy finds the field of a heading.
func fieldsBy(p *county.Profile) map[string]string {
	by := map[string]string{}
	for f, names := range aliases {
		for _, n := range names {
			by[heading(n)] = f
		}
	}
	for _, c := range p.Ledger.Columns() {
		if c.Field != "" && c.Field != "seq" {
			by[heading(c.Name)] = c.Field
		}
	}
	return by
}

// layout is where a file keeps what.
type layout struct {
	line    int      // of the heading
	fields  []string // by column; "" for none
	names   []string // headings as they stand
	ignored []string // headings that are not ours
	barred  []string // headings of who tipped: their columns are not read
	spans   []span
}

// span is what cells that are merged downwards say: the value stands in the first line of them, and is meant for all.
type span struct {
	column, first, last int // column from 0, lines of the sheet
	value               string
}

// find takes the line with the most headings that we know.
func find(by map[string]string, lines [][]string) (layout, bool) {
	best, most := layout{}, 0
	for n, cells := range lines {
		l := layout{line: n + 1}
		known := 0
		for _, cell := range cells[:min(len(cells), maxColumns)] {
			h := heading(cell)
			f := by[h]
			switch {
			case slices.ContainsFunc(forbidden, func(w string) bool { return strings.Contains(h, w) }):
				l.barred, f = append(l.barred, h), ""
			case f != "" && slices.Contains(l.fields, f):
				f = ""
			case f != "":
				known++
			case h != "" && h != "序号":
				l.ignored = append(l.ignored, h)
			}
			l.fields, l.names = append(l.fields, f), append(l.names, strings.TrimSpace(strings.ReplaceAll(cell, "\n", "")))
		}
		if known > most {
			best, most = l, known
		}
	}
	return best, slices.Contains(best.fields, "town") && (slices.Contains(best.fields, "site") || slices.Contains(best.fields, "where"))
}

// source gives the rows of a table one by one, each with the line of the sheet on which it begins; io.EOF after the last.
type source func() (line int, cells []string, err error)

// open finds out what the bytes are. The problem is told to a person; nil when there is none.
func open(raw []byte) (next source, spans []span, done func(), bad *Problem) {
	done = func() {}
	if bytes.HasPrefix(raw, []byte("PK")) {
		f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: inMemory, RawCellValue: true})
		if err != nil {
			return nil, nil, done, &Problem{What: "这个 Excel 文件打不开", Remedy: "用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再传；加了密码的先去掉密码"}
		}
		rows, err := f.Rows(f.GetSheetName(f.GetActiveSheetIndex()))
		if err != nil {
			_ = f.Close() // only what it unpacked to read
			return nil, nil, done, &Problem{What: "这个 Excel 文件里没有表", Remedy: "把台账放在第一张表里再传"}
		}
		n := 0
		return func() (int, []string, error) {
			if !rows.Next() {
				return n, nil, errors.Join(rows.Error(), io.EOF)
			}
			n++
			cells, err := rows.Columns(excelize.Options{RawCellValue: true})
			return n, cells, err
		}, merged(f, raw), func() { _, _ = rows.Close(), f.Close() }, nil
	}
	if bytes.HasPrefix(raw, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return nil, nil, done, &Problem{What: "这是老式的 .xls 文件，或者加了密码", Remedy: "用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再传"}
	}
	text, ok := tables.Decode(raw)
	if !ok || len(bytes.TrimSpace(text)) == 0 {
		return nil, nil, done, &Problem{What: "文件里的字认不出来，或者是空的", Remedy: "传 Excel（.xlsx）；是 CSV 的，在表格软件里另存为“CSV UTF-8”"}
	}
	r := tables.NewReader(text)
	return func() (int, []string, error) {
		cells, err := r.Read()
		return r.Line(), cells, err
	}, nil, done, nil
}

// merged are the cells that the open sheet merges downwards. Of a file that no hand made there are none.
func merged(f *excelize.File, raw []byte) []span {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil
	}
	for _, part := range z.File {
		if !strings.Contains(strings.ToLower(part.Name), "worksheets") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			return nil
		}
		sheet, err := io.ReadAll(io.LimitReader(r, mergedIn+1))
		r.Close()
		if err != nil || len(sheet) > mergedIn || bytes.Count(sheet, []byte("mergeCell ")) > mostMerged {
			return nil
		}
	}
	found, err := f.GetMergeCells(f.GetSheetName(f.GetActiveSheetIndex()))
	if err != nil {
		return nil // its rows are read as they stand
	}
	var all []span
	for _, m := range found {
		column, first, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		_, last, endErr := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err == nil && endErr == nil && last > first {
			all = append(all, span{column: column - 1, first: first, last: last})
		}
	}
	return all
}

// line is one row below the heading: its cells by field.
type line struct {
	number int
	cells  map[string]string
}

// read takes a table apart. The lines are given to take one by one, without those that are empty; problems are of the file as a whole.
func read(p *county.Profile, raw []byte, take func(layout, line)) (layout, []Problem) {
	next, spans, done, bad := open(raw)
	defer done()
	if bad != nil {
		return layout{}, []Problem{*bad}
	}
	by := fieldsBy(p)
	var first [][]string
	var at []int
	for len(first) < headingIn {
		n, cells, err := next()
		if err != nil {
			break
		}
		first, at = append(first, cells), append(at, n)
	}
	l, ok := find(by, first)
	if !ok {
		return l, []Problem{{What: "没有找到列名", Remedy: fmt.Sprintf("前 %d 行里要有一行列名，至少有“镇”和“名称”（或者“详细地点”）两栏；照导出的台账那样写就行", headingIn)}}
	}
	l.spans = spans
	for i := l.line; i < len(first); i++ {
		l.give(at[i], first[i], take)
	}
	for rows := len(first) - l.line; ; rows++ {
		n, cells, err := next()
		open := (*tables.OpenQuote)(nil)
		switch {
		case errors.Is(err, io.EOF):
			return l, nil
		case errors.As(err, &open):
			return l, []Problem{{Row: open.Line, What: "这一行有个引号没有合上，从这一行起都没有读", Remedy: "在表格软件里打开，删掉多余的引号，另存一份再传"}}
		case err != nil:
			return l, []Problem{{Row: n + 1, What: "从这一行起读不出来", Remedy: "用 Excel 或 WPS 打开，另存一份再传"}}
		case rows >= maxRows:
			return l, []Problem{{Row: n, What: fmt.Sprintf("行数太多，超过 %d 行", maxRows), Remedy: "分成几个文件导入"}}
		}
		l.give(n, cells, take)
	}
}

func (l *layout) give(n int, cells []string, take func(layout, line)) {
	row := line{n, map[string]string{}}
	for i, v := range cells[:min(len(cells), len(l.fields))] {
		if v = tidy(v); v != "" && l.fields[i] != "" {
			row.cells[l.fields[i]] = v
		}
	}
	if len(row.cells) > 0 {
		l.spread(row)
		take(*l, row)
	}
}

// spread says of a line what cells that are merged across it say, but for numbers: a sum for several places must not be counted for each.
func (l *layout) spread(row line) {
	for i, s := range l.spans {
		if s.column >= len(l.fields) || row.number < s.first || row.number > s.last {
			continue
		}
		f := l.fields[s.column]
		switch {
		case row.number == s.first:
			l.spans[i].value = row.cells[f]
		case f != "" && f != "money" && row.cells[f] == "" && s.value != "" && !slices.Contains(countFields, f):
			row.cells[f] = s.value
		}
	}
}

// tidy takes invisible characters and the spaces around a cell away; lines of a cell stay.
func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u3000':
			return ' '
		case r < ' ', r == 0x7f, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r == 0xfeff, r == '\uFFFD':
			return -1
		}
		return r
	}, norm.NFC.String(s)))
}

// column is the heading of a field in the file.
func (l *layout) column(field string) string {
	if i := slices.Index(l.fields, field); i >= 0 {
		return l.names[i]
	}
	return ""
}
