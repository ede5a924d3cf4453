package county

import (
	"strings"
)

// places reads the towns, villages, former names, neighbours and borders.
func (l *loader) places(p *Profile) {
	towns := list[Town](l, "towns.yaml", "towns")
	known := map[string]bool{}
	unique := l.unique()
	ids := l.unique()
	for _, e := range towns {
		t := e.V
		unique(e.at, "代码", t.Code)
		ids(e.at, "编号", t.ID)
		l.need(e.at, "name", t.Name)
		l.source(e.at, t.Source)
		if !digits(t.Code, 9) || !strings.HasPrefix(t.Code, p.Code) {
			l.bad(e.at, "镇的代码“"+t.Code+"”不对", "写 9 位，前 6 位是县的代码 "+p.Code)
		}
		known[t.Code] = true
	}
	p.Towns = values(towns)
	villages := l.villages(p, known)
	l.former(p, known, villages)
	l.neighbours(p)
	l.roads(p)
	l.holidays(p)
	for _, row := range l.table("sign-words.csv", "group", "concept", "word") {
		w := SignWord{row.V["group"], row.V["concept"], row.V["word"]}
		l.need(row.at, "word", w.Word)
		l.need(row.at, "concept", w.Concept)
		p.SignWords = append(p.SignWords, w)
	}
}

// villages reads villages.csv and gives the codes of the villages.
func (l *loader) villages(p *Profile, towns map[string]bool) map[string]string {
	const file = "villages.csv"
	unique, named := l.unique(), l.unique()
	codes := map[string]string{}
	for _, row := range l.table(file, "code", "name", "short", "town", "aliases", "cert", "cite") {
		r := row.V
		v := Village{Code: r["code"], Name: r["name"], Town: r["town"], Short: r["short"], Aliases: split(r["aliases"]), Source: Source{r["cite"], r["cert"]}}
		unique(row.at, "代码", v.Code)
		named(row.at, "镇加村名", v.Town+" "+v.Name)
		l.need(row.at, "name", v.Name)
		l.need(row.at, "short", v.Short)
		l.source(row.at, v.Source)
		switch {
		case len(towns) > 0 && !towns[v.Town]:
			l.bad(row.at, "“"+v.Name+"”的镇“"+v.Town+"”在 towns.yaml 里没有", "改 town 这一格，或者在 towns.yaml 里加上这个镇")
		case !digits(v.Code, 12) || !strings.HasPrefix(v.Code, v.Town):
			l.bad(row.at, "村的代码“"+v.Code+"”不对", "写 12 位，前 9 位是镇的代码 "+v.Town)
		}
		codes[v.Code] = v.Town
		p.Villages = append(p.Villages, v)
	}
	return codes
}

// former reads former.csv.
func (l *loader) former(p *Profile, towns map[string]bool, villages map[string]string) {
	for _, row := range l.table("former.csv", "name", "short", "level", "town", "village", "cert", "cite") {
		r := row.V
		f := FormerName{Name: r["name"], Short: r["short"], Level: r["level"], Town: r["town"], Village: r["village"], Source: Source{r["cite"], r["cert"]}}
		l.need(row.at, "name", f.Name)
		l.need(row.at, "short", f.Short)
		l.source(row.at, f.Source)
		if f.Level != "town" && f.Level != "village" {
			l.bad(row.at, "级别“"+f.Level+"”不认识", "写 town 或 village")
		}
		if len(towns) > 0 && !towns[f.Town] {
			l.bad(row.at, "“"+f.Name+"”现在归的镇“"+f.Town+"”在 towns.yaml 里没有", "改 town 这一格")
		}
		if len(villages) > 0 && f.Village != "" && villages[f.Village] != f.Town {
			l.bad(row.at, "“"+f.Name+"”现在归的村“"+f.Village+"”不在这个镇", "改 village 这一格；不知道归了哪个村就空着")
		}
		p.FormerNames = append(p.FormerNames, f)
	}
}

// neighbours reads neighbours.csv and boundary.geojson. A county of which no town is written lies farther off: it is known by its name alone.
func (l *loader) neighbours(p *Profile) {
	const file = "neighbours.csv"
	at := map[string]int{}
	unique := l.unique()
	where := map[string]place{}
	for _, row := range l.table(file, "code", "level", "name", "short", "county") {
		r := row.V
		unique(row.at, "代码", r["code"])
		l.need(row.at, "name", r["name"])
		if r["level"] == "county" {
			at[r["code"]] = len(p.Neighbours)
			where[r["code"]] = row.at
			p.Neighbours = append(p.Neighbours, Neighbour{Code: r["code"], Name: r["name"], Short: r["short"]})
			continue
		}
		i, ok := at[r["county"]]
		if !ok || r["county"] == p.Code {
			l.bad(row.at, "“"+r["name"]+"”的县“"+r["county"]+"”前面没有写", "在前面加一行 level 是 county 的，或者改 county 这一格")
			continue
		}
		switch r["level"] {
		case "town":
			p.Neighbours[i].Towns = append(p.Neighbours[i].Towns, NeighbourPlace{r["code"], r["name"]})
		case "village":
			p.Neighbours[i].Villages = append(p.Neighbours[i].Villages, NeighbourPlace{r["code"], r["name"]})
		default:
			l.bad(row.at, "级别“"+r["level"]+"”不认识", "写 county、town 或 village")
		}
	}
	const outline = "boundary.geojson"
	raw, ok := l.read(outline)
	if !ok {
		return
	}
	var err error
	if p.borders, err = readBorders(raw); err != nil {
		l.bad(place{outline, 1}, "这个文件不是完整的 GeoJSON", "用地图软件重新导出，坐标用 WGS-84")
		return
	}
	if p.Code != "" && len(p.borders[p.Code]) == 0 {
		l.bad(place{outline, 1}, "里面没有本县（"+p.Code+"）的边界", "加上一个 properties 里 code 是 "+p.Code+" 的面")
	}
	for _, n := range p.Neighbours {
		if len(n.Towns) > 0 && len(p.borders[n.Code]) == 0 {
			l.bad(where[n.Code], "boundary.geojson 里没有"+n.Name+"（"+n.Code+"）的边界", "加上它的面，或者把它从邻县里去掉")
		}
	}
}

// roads reads roads.csv.
func (l *loader) roads(p *Profile) {
	unique := l.unique()
	for _, row := range l.table("roads.csv", "name", "aliases", "cert", "cite") {
		r := Road{Name: row.V["name"], Aliases: split(row.V["aliases"]), Source: Source{row.V["cite"], row.V["cert"]}}
		unique(row.at, "路名", r.Name)
		l.need(row.at, "name", r.Name)
		l.source(row.at, r.Source)
		p.Roads = append(p.Roads, r)
	}
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}
