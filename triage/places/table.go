package places

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"qianshao/intake/tables"
)

// columns are the names by which a column or property is known, the first one in exports.
var columns = map[string][]string{
	"name":    {"名称", "地名", "名字", "点位名称", "场所名称", "企业名称", "标准名称", "name", "title"},
	"kind":    {"类型", "类别", "种类", "地名类别", "场所类型", "kind", "type", "category"},
	"county":  {"县", "区县", "县区", "所属县", "所属区县", "county"},
	"town":    {"乡镇", "镇", "所属乡镇", "所在乡镇", "乡镇街道", "乡镇名称", "乡（镇）", "town", "township"},
	"village": {"村", "行政村", "村社区", "所属村", "所在村", "所属行政村", "村名", "行政村名称", "village"},
	"lon":     {"经度", "东经", "x", "lon", "lng", "long", "longitude"},
	"lat":     {"纬度", "北纬", "y", "lat", "latitude"},
	"point":   {"坐标", "经纬度", "位置", "point", "coordinates", "coordinate", "location"},
	"aliases": {"别名", "俗名", "又名", "曾用名", "俗称", "aliases", "alias"},
}

// column is the key of a heading; empty for one that is not ours.
func column(heading string) string {
	h := strings.ToLower(strings.NewReplacer(" ", "", "_", "", "\t", "", "*", "", "（必填）", "", "(必填)", "").Replace(norm.NFC.String(heading)))
	for key, names := range columns {
		if slices.Contains(names, h) {
			return key
		}
	}
	return ""
}

// table reads a CSV table.
func (r *reader) table(text []byte) {
	var head []string
	whole := tables.Each(text, maxRows, r.bad, func(line int, cells []string) bool {
		if head == nil {
			head = r.heading(line, cells)
			return head != nil
		}
		r.cells(line, head, cells)
		return true
	})
	if whole && len(r.Places)+len(r.Problems) == 0 {
		r.bad(0, "只有列名，没有内容", "从第二行起一行写一个地方")
	}
}

// cells reads one line below the heading.
func (r *reader) cells(line int, head, cells []string) {
	row := row{line: line, where: fmt.Sprintf("第 %d 行", line), cell: map[string]string{}}
	empty := true
	for i, v := range cells {
		if v = tables.Unguard(clean(v)); v != "" {
			empty = false
			if i < len(head) && head[i] != "" {
				row.cell[head[i]] = v
			}
		}
	}
	if !empty {
		r.row(row)
	}
}

// heading names the columns; nil when one that cannot be done without is missing.
func (r *reader) heading(line int, cells []string) []string {
	head := make([]string, len(cells))
	for i, h := range cells {
		k := column(clean(h))
		if k != "" && slices.Contains(head, k) {
			r.bad(line, "有两列都是“"+columns[k][0]+"”", "留一列，另一列改名或删掉")
			return nil
		}
		head[i] = k
	}
	has := func(k string) bool { return slices.Contains(head, k) }
	if !has("name") || !has("point") && !(has("lon") && has("lat")) {
		r.bad(line, "第一行里没有找到要的列名", "至少要有：名称、经度、纬度；另外可以有：类型、乡镇、村、别名、县（英文 name、kind、town、village、lon、lat 也行）")
		return nil
	}
	return head
}

// clean takes invisible characters, line ends and spaces around a cell away.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u00a0' || r == '\u3000':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r == 0xfeff:
			return -1
		}
		return r
	}, norm.NFC.String(s))
	return strings.TrimSpace(s)
}
