package places

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"qianshao/config/county"
)

// row is one line or feature, before it was checked.
type row struct {
	line  int
	where string            // how a person finds it: 第 3 行, 第 3 个要素
	cell  map[string]string // by the keys of columns
	at    *orb.Point
	area  orb.MultiPolygon
}

// kinds are the words for each kind; a longer type counts by its last word: 停产砖厂 is a site.
var kinds = []struct {
	kind  Kind
	words []string
}{
	{Town, strings.Fields("town township 乡镇 镇 乡 街道 乡级")},
	{Village, strings.Fields("village hamlet 村 行政村 自然村 社区 村庄 村委会 居委会 村级 居民点")},
	{Landmark, strings.Fields("landmark poi 地标 标志物 桥 庙 寺 塔 学校 小学 中学 医院 卫生院 卫生室 加油站 加气站 车站 路口 广场 水库 公园 景点 隧道 收费站 服务区 村委 市场")},
	{Site, strings.Fields("site 场所 点位 企业 公司 工厂 厂 厂房 厂区 车间 养殖场 场 仓库 库 粮库 冷库 大棚 果园 园 矿 煤矿 窑 砖窑 院子 院 房 房屋 民房 窑洞 站 合作社 堆场 停车场 作坊")},
}

func kindOf(word string) (Kind, bool) {
	word = strings.ToLower(word)
	var best Kind
	longest := 0
	for _, k := range kinds {
		for _, w := range k.words {
			if strings.HasSuffix(word, w) && len(w) > longest {
				best, longest = k.kind, len(w)
			}
		}
	}
	return best, longest > 0
}

const (
	minName, maxName = 2, 40
	near             = 1e-5 // degrees, about a metre: two villages are never so close
)

// row checks one line and keeps the place, or says everything that is wrong with the line.
func (r *reader) row(w row) {
	before := len(r.Problems)
	p := Place{Name: w.cell["name"], Source: Imported, Kind: Site}
	if n := utf8.RuneCountInString(p.Name); n < minName || n > maxName {
		r.bad(w.line, "名称空着，或者太短、太长", fmt.Sprintf("写 %d 到 %d 个字的名称", minName, maxName))
	}
	for _, a := range strings.FieldsFunc(w.cell["aliases"], func(c rune) bool { return strings.ContainsRune("|、;；,，/", c) }) {
		if a = clean(a); a != "" && a != p.Name && utf8.RuneCountInString(a) <= maxName {
			p.Aliases = append(p.Aliases, a)
		}
	}
	r.kind(&p, w)
	r.belongs(&p, w)
	r.position(&p, w)
	if len(r.Problems) > before {
		return
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(p.Kind), p.County, p.Town, p.Village, p.Name}, "\n")))
	p.ID = hex.EncodeToString(sum[:12])
	if first, twice := r.seen[p.ID]; twice {
		r.bad(w.line, "和"+first+"是同一个地方", "留一行；真是两个地方就把名称写得不一样")
		return
	}
	if at := (spot{math.Round(p.At[0] / near), math.Round(p.At[1] / near)}); p.Kind == Village && p.Area == nil {
		if first, twice := r.spots[at]; twice {
			r.bad(w.line, "和"+first+"的坐标一模一样，两个村不会在同一点", "核对这两处的坐标")
			return
		}
		r.spots[at] = w.where
	}
	r.seen[p.ID] = w.where
	r.Places = append(r.Places, p)
}

// kind reads the type. Where none is written, an official name tells.
func (r *reader) kind(p *Place, w row) {
	word := w.cell["kind"]
	if word == "" {
		if _, ok := r.town(p.Name); ok {
			p.Kind = Town
		} else if len(r.villages(p.Name, "")) > 0 {
			p.Kind = Village
		}
		return
	}
	k, ok := kindOf(word)
	if !ok {
		r.bad(w.line, "类型“"+word+"”不认识", "写 村、乡镇、地标，或者 养殖场、厂房、仓库、院子 这样的场所")
	}
	p.Kind = k
}

// belongs finds the codes of the county, town and village.
func (r *reader) belongs(p *Place, w row) {
	p.County = r.profile.Code
	in := w.cell["county"]
	if in != "" && in != r.profile.Code && in != r.profile.Name && in+"县" != r.profile.Name {
		r.abroad(p, w, in)
		return
	}
	town, village := w.cell["town"], w.cell["village"]
	if p.Kind == Town && town == "" {
		town = p.Name
	}
	if p.Kind == Village && village == "" {
		village = p.Name
	}
	if town != "" {
		code, ok := r.town(town)
		if !ok {
			r.bad(w.line, "没有“"+town+"”这个乡镇", "照县里的名单写乡镇的名称或代码")
			return
		}
		p.Town = code
	}
	if village == "" || p.Kind == Town {
		if p.Town == "" {
			r.bad(w.line, "没有写在哪个乡镇或哪个村", "填“乡镇”，最好连“村”一起填")
		}
		return
	}
	switch found := r.villages(village, p.Town); {
	case len(found) == 1:
		p.Village, p.Town = found[0], found[0][:9]
		if v, ok := r.profile.Village(found[0]); ok {
			p.Town = v.Town
		}
	case len(found) > 1:
		r.bad(w.line, "“"+village+"”不止一个村叫这个名字", "在“乡镇”里写明是哪个乡镇，或者写 12 位的村代码")
	default:
		r.bad(w.line, "没有找到“"+village+"”这个村", "照县里的名单写村的名称或代码，看看乡镇对不对；自然村请在“村”里写它归的行政村")
	}
}

// abroad is a place of a neighbouring county, whose town and village are written by code or by name.
func (r *reader) abroad(p *Place, w row, name string) {
	i := slices.IndexFunc(r.profile.Neighbours, func(n county.Neighbour) bool { return name == n.Code || name == n.Name || name == n.Short })
	if i < 0 {
		r.bad(w.line, "“"+name+"”不是本县，也不是邻县", "“县”这一列写本县或邻县的名称，本县的也可以空着")
		return
	}
	n := r.profile.Neighbours[i]
	p.County = n.Code
	town, village := w.cell["town"], w.cell["village"]
	if p.Kind == Town && town == "" {
		town = p.Name
	}
	if p.Kind == Village && village == "" {
		village = p.Name
	}
	var ok bool
	if p.Town, ok = one(n.Towns, town, ""); !ok {
		r.bad(w.line, n.Name+"没有“"+town+"”这个乡镇", "写那里的乡镇的名称或 9 位代码，不知道就空着")
	}
	if p.Village, ok = one(n.Villages, village, p.Town); !ok {
		r.bad(w.line, n.Name+"没有找到“"+village+"”这个村，或者不止一个", "写清乡镇，或者写村的 12 位代码，不知道就空着")
	}
	if len(p.Village) == len("141128100205") {
		p.Town = p.Village[:len("141128100")]
	}
}

// one finds the one place of a neighbour that is so called, of one town when that is known; nothing is asked for with "".
func one(all []county.NeighbourPlace, name, town string) (code string, ok bool) {
	if name == "" {
		return "", true
	}
	for _, at := range all {
		if strings.HasPrefix(at.Code, town) && (name == at.Code || plain(name) == plain(at.Name)) {
			if code != "" {
				return "", false
			}
			code = at.Code
		}
	}
	return code, code != ""
}

// town finds the code of a town by its code or any of its names.
func (r *reader) town(name string) (string, bool) {
	name = strings.TrimPrefix(strings.TrimPrefix(name, r.profile.City), r.profile.Name)
	for _, t := range r.profile.Towns {
		if name == t.Code || name == t.Name || slices.Contains(t.Aliases, name) || slices.Contains(t.Aliases, strings.TrimSuffix(name, "人民政府")) ||
			strings.TrimSuffix(name, "人民政府") == t.Name {
			return t.Code, true
		}
	}
	return "", false
}

// villages finds the codes of the villages of a name, of one town when that is known. A former name is that of the village that took it over.
func (r *reader) villages(name, town string) []string {
	for _, t := range r.profile.Towns { // 大武镇杨家会村
		if cut, ok := strings.CutPrefix(strings.TrimPrefix(name, r.profile.Name), t.Name); ok && cut != "" && (town == "" || town == t.Code) {
			name, town = cut, t.Code
		}
	}
	want := plain(name)
	var found []string
	for _, v := range r.profile.Villages {
		if (town == "" || v.Town == town) && (name == v.Code || slices.ContainsFunc(append([]string{v.Name, v.Short}, v.Aliases...), func(n string) bool { return plain(n) == want })) {
			found = append(found, v.Code)
		}
	}
	if len(found) > 1 { // 石门社区 and 石门村: the ending decides
		if exact := slices.DeleteFunc(slices.Clone(found), func(c string) bool { v, _ := r.profile.Village(c); return v.Name != name }); len(exact) == 1 {
			return exact
		}
	}
	if len(found) > 0 {
		return found
	}
	for _, f := range r.profile.FormerNames {
		if f.Village != "" && (town == "" || f.Town == town) && plain(f.Name) == want && !slices.Contains(found, f.Village) {
			found = append(found, f.Village)
		}
	}
	return found
}

// plain leaves the ending away that names of villages are written with or without.
func plain(name string) string {
	for _, e := range []string{"村村民委员会", "村民委员会", "社区居民委员会", "居民委员会", "社区居委会", "村委会", "居委会", "社区", "村"} {
		if cut, ok := strings.CutSuffix(name, e); ok && utf8.RuneCountInString(cut) >= 2 {
			return cut
		}
	}
	return name
}

// position finds where it is, in WGS-84, and that it lies in its county.
func (r *reader) position(p *Place, w row) {
	what := "点"
	switch {
	case w.area != nil:
		area, within, wrong := r.shape(w.area)
		if wrong != "" {
			r.bad(w.line, wrong, "在地图软件里修好这个面，坐标用经纬度")
			return
		}
		what, p.Area, p.At = "面", area, within
	default:
		at, wrong, remedy := w.point()
		if wrong != "" {
			r.bad(w.line, wrong, remedy)
			return
		}
		p.At = r.system.ToWGS84(at)
	}
	p.At = orb.Point{math.Round(p.At[0]*1e6) / 1e6, math.Round(p.At[1]*1e6) / 1e6}
	if inside, metres := r.profile.ContainedIn(p.County, p.At); p.County != "" && !inside && metres > doubt && !math.IsInf(metres, 1) {
		where := "很远的地方"
		if n, ok := r.profile.NeighbourAt(p.At); ok {
			where = n.Name
		} else if in, _ := r.profile.Contains(p.At); in {
			where = r.profile.Name
		}
		r.bad(w.line, fmt.Sprintf("这个%s不在写的县里，落在%s，离县界约 %.1f 公里", what, where, metres/1000), "核对坐标；高德、腾讯地图的坐标加 --datum gcj02，百度的加 --datum bd09；真在邻县就在“县”里写邻县")
	}
}

// point reads the numbers of a row; what is wrong with them otherwise, and the remedy.
func (w row) point() (at orb.Point, wrong, remedy string) {
	lon, lat := w.cell["lon"], w.cell["lat"]
	switch {
	case w.at != nil:
		at = *w.at
	case lon == "" && lat == "" && w.cell["point"] != "":
		p, err := ParsePoint(w.cell["point"])
		if err != nil {
			return at, "坐标“" + w.cell["point"] + "”看不懂", "写成 111.2345,37.8912 这样，经度在前"
		}
		return p, "", ""
	case lon == "" || lat == "":
		return at, "没有坐标", "填经度和纬度，没有坐标的地方先不要导入"
	default:
		var okLon, okLat bool
		at[0], okLon = number(lon)
		at[1], okLat = number(lat)
		if !okLon || !okLat {
			return at, "经度“" + lon + "”或纬度“" + lat + "”不是度数", "写成 111.2345 和 37.8912 这样的度数，或者 111°14′24″"
		}
	}
	if isLon(at[1]) && isLat(at[0]) {
		return at, "经度和纬度写反了", "经度是 111 左右的数，纬度是 37 左右的数，换过来"
	}
	if !isLon(at[0]) || !isLat(at[1]) {
		return at, fmt.Sprintf("坐标 %g, %g 不在中国", at[0], at[1]), "要的是经纬度的度数；投影坐标（米）请先在地图软件里换成 WGS-84"
	}
	return at, "", ""
}

// number reads degrees, decimal or with minutes and seconds.
func number(s string) (float64, bool) {
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	m := angle.FindStringSubmatch(s)
	if m == nil || !around.MatchString(strings.Replace(s, m[0], "", 1)) {
		return 0, false
	}
	v := degrees(m)
	return v, v >= 0
}

// TownNamed finds the code of a town of the county by its code or any of its names; "" for none.
func TownNamed(p *county.Profile, name string) string {
	code, _ := (&reader{profile: p}).town(clean(name))
	return code
}

// VillagesNamed finds the codes of the villages of a name, former ones by who took them over, of one town when that is known.
func VillagesNamed(p *county.Profile, name, town string) []string {
	return (&reader{profile: p}).villages(clean(name), town)
}
