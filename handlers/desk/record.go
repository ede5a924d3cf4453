package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// recordAction is what the form of a record is called among the actions that the end of a session may stop.
const recordAction = "record"

// newRecord is GET /desk/cases/:id/record/:form: an empty form, or with ?item= one to be corrected.
func (p *Pages) newRecord(c *gin.Context) error {
	k, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if err != nil {
		return err
	}
	unit := unitOf(staff(c).Actor())
	if disposal.Kind(c.Param("form")) == disposal.KindSeizure && !p.Profile.MaySeize(unit) { // nobody fills in what is not taken
		return fault.New(fault.Forbidden, "record.seizure_unit", p.unitName(unit))
	}
	f := url.Values{"item": {c.Query("item")}}
	if item := c.Query("item"); item != "" {
		filled, err := p.recorded(&k, item)
		if err != nil {
			return err
		}
		for key, v := range filled {
			f[key] = v
		}
	}
	page, err := p.recordPage(c, &k, disposal.Kind(c.Param("form")), f, f.Get("item") == "")
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// recorded is what stands in a record, as its form is filled in.
func (p *Pages) recorded(k *cases.Case, item string) (map[string][]string, error) {
	for _, r := range k.Valid() {
		if r.ID == item {
			whole, err := p.Cases.Record(k, &r.Versions[len(r.Versions)-1])
			if err != nil {
				return nil, fmt.Errorf("desk: record of %s: %w", k.ID, err)
			}
			return disposal.Encode(&whole), nil
		}
	}
	return nil, fault.New(fault.NotFound, "record.gone")
}

// saveRecord is POST /desk/cases/:id/record/:form.
func (p *Pages) saveRecord(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	kind, f := disposal.Kind(c.Param("form")), c.Request.PostForm
	pack(kind, f)
	if f.Has("add") { // one more line; nothing is saved
		k, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), c.Param("id"))
		if err != nil {
			return p.lost(c, err)
		}
		page, err := p.recordPage(c, &k, kind, f, false)
		if err != nil {
			return p.lost(c, err)
		}
		return p.Show(c, http.StatusOK, page)
	}
	form, err := decode(kind, f)
	if err == nil || form != nil {
		k, doErr := p.doRecord(c, kind, form, err != nil)
		if err = join(err, doErr); err == nil {
			p.wrote(c, k.ID)
			if !k.SeenBy(staff(c).Actor()) {
				c.Redirect(http.StatusSeeOther, "/desk")
				return nil
			}
			c.Redirect(http.StatusSeeOther, "/desk/cases/"+k.ID+"#records")
			return nil
		}
	}
	return p.recordAgain(c, kind, err)
}

// doRecord performs the action that the form is for; with dry it only says what Do would say, and does nothing.
func (p *Pages) doRecord(c *gin.Context, kind disposal.Kind, form *disposal.Form, dry bool) (cases.Case, error) {
	m, f := staff(c), c.Request.PostForm
	if dry {
		return cases.Case{}, disposal.Check(form, disposal.Env{Profile: p.Profile, Now: p.Now(), Unit: unitOf(m.Actor())})
	}
	why, broken := intake.CleanWords(f.Get("why"))
	if broken {
		return cases.Case{}, fault.New(fault.Invalid, "form.encoding").On("why")
	}
	act := cases.Register
	switch {
	case f.Get("item") != "":
		act = cases.Correct
	case kind == disposal.KindVisit:
		act = cases.LookBack
	}
	k, err := p.Cases.Do(c.Request.Context(), m.Actor(), c.Param("id"), act, cases.Input{Version: version(c), Note: why, Item: f.Get("item"), Record: form})
	if act == cases.Correct { // its note is asked for under another name: a form may have a note of its own
		for _, one := range fault.All(err) {
			if one.Field == "note" {
				one.Field = "why"
			}
		}
	}
	return k, err
}

// decode reads a form from what was posted; what a phone sent broken is named beside its field.
func decode(kind disposal.Kind, f url.Values) (*disposal.Form, error) {
	clean, bad := url.Values{}, fault.List{}
	for key, all := range f {
		for _, v := range all {
			text, broken := intake.CleanWords(v)
			if broken {
				bad = append(bad, fault.New(fault.Invalid, "form.encoding").On(key))
			}
			clean.Add(key, text)
		}
	}
	form, err := disposal.Decode(kind, clean)
	return form, join(orNil(bad), err)
}

// pack closes the gaps that empty lines leave in a list, so that what is said of a line stands beside it.
func pack(kind disposal.Kind, f url.Values) {
	for _, d := range disposal.Fields(kind) {
		if d.Type != disposal.List {
			continue
		}
		n := 0
		for i := range lines(f, d.Key) {
			line := map[string][]string{}
			typed := false
			for _, it := range d.Items {
				key := fmt.Sprintf("%s.%d.%s", d.Key, i, it.Key)
				line[it.Key] = f[key]
				typed = typed || strings.TrimSpace(f.Get(key)) != ""
				f.Del(key)
			}
			if !typed {
				continue
			}
			for key, v := range line {
				if v != nil {
					f[fmt.Sprintf("%s.%d.%s", d.Key, n, key)] = v
				}
			}
			n++
		}
	}
}

// writtenRecord is what was typed into the form of a record, in words, for a page that has no fields for it.
func writtenRecord(kind disposal.Kind, f url.Values) string {
	var b strings.Builder
	say := func(label, key string) {
		if text, _ := intake.CleanWords(strings.Join(f[key], "、")); text != "" {
			fmt.Fprintf(&b, "%s：%s\n", label, text)
		}
	}
	for _, d := range disposal.Fields(kind) {
		say(d.Label, d.Key)
		for i := range lines(f, d.Key) {
			for _, it := range d.Items {
				say(it.Label, fmt.Sprintf("%s.%d.%s", d.Key, i, it.Key))
			}
		}
	}
	return b.String()
}

// join puts the faults of two checks together, one sentence a field; what is no fault counts alone.
func join(a, b error) error {
	if a == nil || b == nil {
		return errors.Join(a, b)
	}
	var all fault.List
	for _, err := range []error{a, b} {
		found := fault.All(err)
		if len(found) == 0 {
			return err
		}
		for _, one := range found {
			if one.Field == "" || !slices.ContainsFunc(all, func(o *fault.Error) bool { return o.Field == one.Field }) {
				all = append(all, one)
			}
		}
	}
	return all
}

// recordAgain brings the form back with everything that was typed, and with what stands against it.
func (p *Pages) recordAgain(c *gin.Context, kind disposal.Kind, err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return p.lost(c, fault.New(fault.NotFound, "desk.gone").Because(err))
	}
	k, getErr := p.Cases.Get(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if getErr != nil {
		return p.lost(c, errors.Join(err, getErr))
	}
	err = stale(c, &k, err)
	page, pageErr := p.recordPage(c, &k, kind, c.Request.PostForm, false)
	if pageErr != nil {
		return p.lost(c, errors.Join(err, pageErr))
	}
	said := map[string]string{}
	for _, one := range fault.All(err) {
		said[one.Field] = one.Sentence(fault.DefaultLang)
	}
	page.Fields = told(page.Fields, said, &page.Summary)
	if page.Why != nil && said["why"] != "" {
		page.Why.Error = said["why"]
		page.Summary = append(page.Summary, frontend.FieldError{Field: "why", Text: said["why"]})
	}
	if len(page.Summary) == 0 {
		page.Error = p.told(c, err)
	}
	if page.Changed, pageErr = p.changed(c, &k); pageErr != nil {
		return errors.Join(err, pageErr)
	}
	return again{fmt.Errorf("desk: record: %w", err), page}
}

// told puts each sentence beside its field, and into the summary in the order of the page.
func told(fields []frontend.FormField, said map[string]string, summary *[]frontend.FieldError) []frontend.FormField {
	for i := range fields {
		f := &fields[i]
		if f.Error = said[f.Key]; f.Error != "" {
			*summary = append(*summary, frontend.FieldError{Field: f.ID(), Text: f.Error})
		}
		for j := range f.Items {
			f.Items[j].Fields = told(f.Items[j].Fields, said, summary)
		}
	}
	return fields
}

// stale says of a form that came too late whose step it missed. Who pressed twice, or lost the answer on its way, must not take their own step for somebody
// else's and send it once more.
func stale(c *gin.Context, k *cases.Case, err error) error {
	n, bad := strconv.Atoi(c.Request.PostForm.Get("seen"))
	if bad != nil || n < 0 || n >= len(k.Events) || !ownStep(c, k.Events[n:], err) {
		return err
	}
	return fault.New(fault.Conflict, "desk.twice").Because(err)
}

// ownStep says of a fault whether it is that the case went on, and all that happened since was one's own doing.
func ownStep(c *gin.Context, since []cases.Event, err error) bool {
	return moved(err) && !slices.ContainsFunc(since, func(e cases.Event) bool { return e.By != staff(c).ID })
}

func moved(err error) bool {
	return slices.ContainsFunc(fault.All(err), func(w *fault.Error) bool { return w.Key == "desk.moved" })
}

// changed is what was done since the page was shown on which somebody typed, if the case went on.
func (p *Pages) changed(c *gin.Context, k *cases.Case) ([]frontend.EventView, error) {
	n, err := strconv.Atoi(c.Request.PostForm.Get("seen"))
	if err != nil || version(c) == k.Version {
		return nil, nil //nolint:nilerr // a page that does not say what it showed is told nothing of it
	}
	return p.events(staff(c).Actor(), k, n)
}

// recordPage draws the form of a kind with what was typed. fresh fills in what is likely.
func (p *Pages) recordPage(c *gin.Context, k *cases.Case, kind disposal.Kind, f url.Values, fresh bool) (frontend.Record, error) {
	fields := disposal.Fields(kind)
	if fields == nil {
		return frontend.Record{}, fault.New(fault.NotFound, "page.unknown")
	}
	title := "record.title"
	act := cases.Register
	switch {
	case f.Get("item") != "":
		title, act = "record.title.correct", cases.Correct
	case kind == disposal.KindVisit:
		title, act = "record.title.visit", cases.LookBack
	}
	if !slices.ContainsFunc(p.Cases.Actions(staff(c).Actor(), k), func(t cases.Transition) bool { return t.Action == act }) {
		return frontend.Record{}, fault.New(fault.Conflict, "desk.action")
	}
	shell, err := p.shell(c, p.Words.T(title, kind.Name()), "")
	if err != nil {
		return frontend.Record{}, err
	}
	page := frontend.Record{Shell: shell, Case: k.ID, Number: k.Number, Action: recordHref(k.ID, kind), Back: "/desk/cases/" + k.ID, Version: k.Version, Seen: len(k.Events), Item: f.Get("item"),
		Heading: p.Words.T(title, kind.Name()), Verb: p.Words.T("verb." + string(act)), Hint: p.hint("record.hint." + string(kind))}
	page.Lock = p.lock(c, k)
	page.Lock.Record, page.Lock.Item = string(kind), page.Item
	p.writes(c, k.ID)
	if act == cases.Correct {
		why, _ := intake.CleanWords(f.Get("why"))
		page.Why, page.WhyLabel = &frontend.Field{Value: why}, p.Words.T("note.correct", cases.MinNote)
	}
	if fresh {
		f.Set("on", p.today())
		f.Set("officers", staff(c).Name)
	}
	if kind == disposal.KindVisit && act == cases.LookBack {
		for _, b := range k.LookBacks {
			if b.Asked != nil && b.Done == nil && !b.Off {
				f.Set("visit.number", strconv.Itoa(b.Number))
				break
			}
		}
	}
	add := f.Get("add")
	for _, d := range fields {
		d.Need = d.Need || d.Key == "officers" && !slices.Contains(atDesk, kind)
		page.Fields = append(page.Fields, p.field(d, d.Key, f, add))
	}
	return page, nil
}

// atDesk are the forms that nobody has to go out for with a second officer.
var atDesk = []disposal.Kind{disposal.KindJudicial, disposal.KindTrace, disposal.KindAccountability}

// hint is a text that need not be there.
func (p *Pages) hint(key string) string {
	if text := p.Words.T(key); text != key {
		return text
	}
	return ""
}

// long are the fields in which people write more than a line.
var long = []string{
	"survey.licences", "survey.process", "survey.surroundings", "halt.permits", "dismantle.area", "clearance.noequipment", "clearance.nomaterials", "judicial.suspicion",
	"judicial.result", "trace.none", "result", "seizure.things", "seizure.why", "cutoff.urgent", "accountability.why", "visit.remark",
}

// field draws one question with what was typed.
func (p *Pages) field(d disposal.Field, key string, f url.Values, add string) frontend.FormField {
	text, _ := intake.CleanWords(strings.Join(f[key], "\n"))
	v := frontend.FormField{Key: key, Label: d.Label, Type: string(d.Type), Need: d.Need, Value: text}
	switch {
	case d.Type == disposal.List:
		p.list(&v, d, f, add)
	case d.Type == disposal.OneOf:
		if !d.Need {
			v.Options = append(v.Options, frontend.Option{Text: p.Words.T("record.unsaid"), On: text == ""})
		}
		for _, o := range d.Choices {
			v.Options = append(v.Options, frontend.Option{ID: o.ID, Text: o.Name, On: o.ID == text})
		}
	case ofTown(key):
		v.Type = "select"
		for _, t := range p.Profile.Towns {
			v.Options = append(v.Options, frontend.Option{ID: t.Code, Text: t.Name, On: t.Code == text})
		}
	case key == "visit.number":
		v.Type = "fixed"
	case slices.Contains(long, d.Key):
		v.Type = "long"
	}
	v.Hint = p.hint("record.hint." + d.Key)
	if v.Hint == "" {
		v.Hint = p.hint("record.hint." + string(d.Type))
	}
	return v
}

// list draws the lines of a list: those with something in them, one more when that is asked for, and one empty line to begin with.
func (p *Pages) list(v *frontend.FormField, d disposal.Field, f url.Values, add string) {
	n := lines(f, d.Key)
	if add == d.Key {
		n++
	}
	item := func(i string, label string) frontend.FormItem {
		it := frontend.FormItem{Label: label}
		for _, inner := range d.Items {
			it.Fields = append(it.Fields, p.field(inner, d.Key+"."+i+"."+inner.Key, f, ""))
		}
		return it
	}
	for i := range min(max(n, 1), mostLines) {
		v.Items = append(v.Items, item(strconv.Itoa(i), p.Words.T("record.line", i+1)))
	}
	blank := item("_n_", p.Words.T("record.line.blank"))
	v.Blank, v.AddLabel = &blank, p.Words.T("record.add", d.Label)
}

func orNil(l fault.List) error {
	if len(l) == 0 {
		return nil
	}
	return l
}
