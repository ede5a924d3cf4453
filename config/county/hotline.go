package county

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Hotline is how tips come in that somebody takes down for the caller, and how work orders of the 12345 come and go.
type Hotline struct {
	DaysBack int               // how many days ago a call may have come
	Channels []Choice          // by which way it came
	Columns  map[string]string // heading in the city's sheet: one of OrderFields; several headings may fill one field
	Defaults map[string]string // by field, where the sheet has nothing
	Export   []Column          // of the sheet that goes back, in order
}

// Column is a column of the sheet that goes back: one of StateFields under a heading.
type Column struct {
	Heading string `yaml:"heading"`
	Field   string `yaml:"field"`
}

// OrderFields are what a work order may bring: its number, how and when the call came, what and where. Name and telephone of the caller are none of them.
func OrderFields() []string {
	return []string{"order", "channel", "told", "words", "town", "village", "where"}
}

// StateFields are what goes back about a work order.
func StateFields() []string {
	return []string{"order", "told", "state", "unit", "since", "closed", "answer"}
}

// Channel finds a way by its id.
func (h Hotline) Channel(id string) (Choice, bool) {
	i := slices.IndexFunc(h.Channels, func(c Choice) bool { return c.ID == id })
	if i < 0 {
		return Choice{}, false
	}
	return h.Channels[i], true
}

// Headings are the headings that fill a field, sorted.
func (h Hotline) Headings(field string) []string {
	return slices.DeleteFunc(sorted(h.Columns), func(heading string) bool { return h.Columns[heading] != field })
}

// hotline reads hotline.yaml.
func (l *loader) hotline(p *Profile) {
	const file = "hotline.yaml"
	var channels, export ast.Node
	h := &p.Hotline
	lines := l.fields(file, map[string]any{"days_back": &h.DaysBack, "channels": &channels, "columns": &h.Columns, "defaults": &h.Defaults, "export": &export}, "defaults")
	if lines == nil {
		return
	}
	at := func(key string) place { return place{file, lines[key]} }
	if h.DaysBack < 1 || h.DaysBack > 366 {
		l.bad(at("days_back"), "补录的天数不对", "days_back 写 1 到 366 的整数，是天数")
	}
	list := items[Choice](l, file, channels)
	unique := l.unique()
	for _, e := range list {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "text", e.V.Text)
		l.source(e.at, e.V.Source)
		if slices.Contains([]string{"web", "wechat", "demo"}, e.V.ID) {
			l.bad(e.at, "编号“"+e.V.ID+"”留给网页用了", "换一个编号，如 hotline")
		}
	}
	h.Channels = values(list)
	known := l.known("我们的字段", OrderFields())
	for _, heading := range sorted(h.Columns) {
		known(at("columns"), h.Columns[heading])
		l.need(at("columns"), "列名", heading)
	}
	for _, must := range []string{"order", "told", "words"} {
		if len(h.Headings(must)) == 0 {
			l.bad(at("columns"), "没有哪一列对应 "+must, "补上一行“市里的列名: "+must+"”")
		}
	}
	for _, field := range sorted(h.Defaults) {
		known(at("defaults"), field)
	}
	if c := h.Defaults["channel"]; c != "" {
		l.known("来路", names(h.Channels, func(c Choice) string { return c.ID }))(at("defaults"), c)
	}
	l.export(h, items[Column](l, file, export))
}

func (l *loader) export(h *Hotline, columns []entry[Column]) {
	unique, known := l.unique(), l.known("往回报的字段", StateFields())
	for _, e := range columns {
		unique(e.at, "列名", strings.TrimSpace(e.V.Heading))
		known(e.at, e.V.Field)
	}
	h.Export = values(columns)
}
