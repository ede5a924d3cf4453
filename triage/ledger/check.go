package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"qianshao/config/county"
	"qianshao/triage/places"
)

// Limits of a cell, in characters.
const (
	maxCell = 1000
	maxSite = 60
)

// checker holds rows against the profile. A row is right or has at least one problem.
type checker struct {
	p     *county.Profile
	today time.Time
	seen  map[string]int // line of a matter
	id    func(number, town, village, site string) string
	bad   func(Problem)
}

// sources are what the ledger says of where a matter came from (台账来源只写“群众举报”、网格、部门、督导、移送).
var sources = map[string]string{"群众举报": fromPublic, "举报": fromPublic, "网格": "网格", "网格排查": "网格", "部门": "部门", "部门排查": "部门", "督导": "督导", "移送": "移送"}

// yesNo are the answers that a choice may have, as people write them.
var yesNo = []string{"是", "否", "有", "无", "没有", "不是", "不清楚", "取缔过", "等鉴定", "待鉴定", "√", "×"}

var (
	dayFields    = []string{"found", "visited", "stopped", "struck_on"}
	countFields  = []string{"tanks", "people", "accountable", "traced"}
	choiceFields = []string{"before", "hazardous", "controlled", "relapsed", "border"}
)

// check gives the old matter of a row, without its sealed cells; false when something is wrong with the row.
func (k *checker) check(l layout, r line) (Old, map[string]string, bool) {
	wrong := false
	bad := func(field, what, remedy string) {
		wrong = true
		k.bad(Problem{r.number, l.column(field), what, remedy})
	}
	cells := r.cells
	for _, f := range slices.Concat(dayFields, countFields, []string{"money", "points"}) { // numbers typed with wide digits
		if v := cells[f]; v != "" {
			cells[f] = norm.NFKC.String(v)
		}
	}
	o := Old{Row: r.number, Number: cells["number"], Site: cells["site"]}
	if o.Site == "" {
		o.Site = cells["where"]
	}
	switch n := utf8.RuneCountInString(o.Site); {
	case n == 0:
		bad("site", "名称和地点都空着", "写名称或代号；没有名称的，写详细地点")
	case n > maxSite:
		bad("site", fmt.Sprintf("名称超过 %d 个字", maxSite), "写短一些，细的放到别的栏")
	}
	k.place(&o, cells, bad)
	for _, f := range dayFields {
		k.day(f, cells, bad)
	}
	o.Found = cells["found"]
	for _, f := range countFields {
		if v := cells[f]; v != "" {
			n, err := strconv.ParseFloat(strings.TrimRight(v, "个人家台只"), 64)
			if err != nil || n < 0 || n != float64(int(n)) || n > 1e6 {
				bad(f, "“"+short(v)+"”不是个数", "写整数，不带单位，没有的空着")
			}
		}
	}
	if v := cells["money"]; v != "" {
		if n, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(v, ",", ""), "元"), 64); err != nil || n < 0 {
			bad("money", "“"+short(v)+"”不是钱数", "写以元为单位的数，如 50000")
		}
	}
	for _, f := range choiceFields {
		if v := cells[f]; v != "" && !slices.Contains(yesNo, v) {
			bad(f, "“"+short(v)+"”不认识", "写 是、否，或者 不清楚")
		}
	}
	if v := cells["source"]; v != "" {
		if sources[v] == "" {
			bad("source", "来源不认识", "只写 群众举报、网格、部门、督导、移送；是谁报的一个字也不能写")
		}
		cells["source"] = sources[v]
	}
	if v := cells["points"]; v != "" && !points.MatchString(v) {
		bad("points", "“"+short(v)+"”不是八类里的", "写 1 到 8 的数，几类的用顿号隔开，如 1、7")
	}
	for f, v := range cells {
		if n := utf8.RuneCountInString(v); n > maxCell {
			bad(f, fmt.Sprintf("有 %d 个字，太长", n), fmt.Sprintf("最多 %d 个字，细的写进卷里", maxCell))
		}
	}
	if v := cells["lead"]; v != "" {
		if o.Lead = k.unit(v); o.Lead == "" {
			bad("lead", "没有“"+short(v)+"”这个单位", "照县里的名单写单位的名称，或者写镇的名称")
		}
	}
	if wrong {
		return o, nil, false
	}
	o.ID = k.id(o.Number, o.Town, o.Village, o.Site)
	if first, twice := k.seen[o.ID]; twice {
		bad("site", fmt.Sprintf("和第 %d 行是同一个点位", first), "留一行；真是两个，就把编号或名称写得不一样")
		return o, nil, false
	}
	k.seen[o.ID] = r.number
	o.Status = status(cells)
	return o, cells, true
}

var points = regexp.MustCompile(`^[1-8](\s*[、,，;；/ ]\s*[1-8])*$`)

// status is what the row says of the place.
func status(cells map[string]string) Status {
	switch {
	case cells["struck_on"] != "" || cells["struck_by"] != "":
		return Closed
	case cells["stopped"] != "" && cells["relapsed"] != "是":
		return Watched
	}
	return Known
}

func (k *checker) place(o *Old, cells map[string]string, bad func(field, what, remedy string)) {
	if cells["town"] == "" {
		bad("town", "没有写在哪个镇", "照县里的名单写镇的名称")
		return
	}
	if o.Town = places.TownNamed(k.p, cells["town"]); o.Town == "" {
		bad("town", "没有“"+short(cells["town"])+"”这个镇", "照县里的名单写镇的名称")
		return
	}
	if cells["village"] == "" {
		return
	}
	switch found := places.VillagesNamed(k.p, cells["village"], o.Town); len(found) {
	case 1:
		o.Village = found[0]
	case 0:
		bad("village", "这个镇没有“"+short(cells["village"])+"”这个村", "看看镇对不对；自然村写它归的行政村，不知道就空着")
	default:
		bad("village", "“"+short(cells["village"])+"”不止一个村叫这个名字", "写村的全名，或者 12 位的村代码")
	}
}

// unit finds a department or town by its name or what people call it.
func (k *checker) unit(name string) string {
	for _, u := range k.p.Units {
		if name == u.ID || name == u.Name || slices.Contains(u.Called, name) || "县"+name == u.Name {
			return u.ID
		}
	}
	if code := places.TownNamed(k.p, name); code != "" {
		return county.TownUnit(code)
	}
	return ""
}

// day writes a day as 2026-11-29, whichever way it stands there; spreadsheets keep days as numbers.
func (k *checker) day(field string, cells map[string]string, bad func(field, what, remedy string)) {
	v := cells[field]
	if v == "" {
		return
	}
	t, ok := parseDay(v, k.p.Zone)
	switch {
	case !ok || t.Year() < 1980:
		bad(field, "日期“"+short(v)+"”看不懂", "写成 2026-11-29 这样")
	case t.After(k.today):
		bad(field, "日期“"+t.Format(time.DateOnly)+"”还没有到", "核对年月日")
	default:
		cells[field] = t.Format(time.DateOnly)
	}
}

var dayForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2006-1-2 15:04:05", "2006/1/2 15:04", "2006-01-02T15:04:05Z"}

func parseDay(v string, zone *time.Location) (time.Time, bool) {
	v = strings.TrimSuffix(strings.ReplaceAll(v, "。", "."), "号")
	for _, form := range dayForms {
		if t, err := time.ParseInLocation(form, v, zone); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone), true
		}
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil && n > 20_000 && n < 80_000 { // 1954 to 2119
		if t, err := excelize.ExcelDateToTime(n, false); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone), true
		}
	}
	return time.Time{}, false
}

// short is what of a cell is repeated to who reads the problem.
func short(v string) string {
	if runes := []rune(v); len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return v
}
