// Package frontend is what a person sees: templates, static files, page structs and the messages of one language.
// It owns every pixel and every sentence of the pages, and knows no package of ours: handlers fill the structs of its pages.
package frontend

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"unicode"
)

//go:embed base.html all:partials pages messages static
var files embed.FS

// pages lists every page struct; each has its template pages/<snake_case>.html.
func pages() []any {
	return []any{Home{}, Emergency{}, Report{}, Receipt{}, Kept{}, Lookup{}, Status{}, Withdraw{}, Failure{},
		SignIn{}, SetPassword{}, Queue{}, BulkDone{}, Case{}, Record{}, Review{}, Quality{}, Map{}, Calendar{}, Ops{}, Hotline{}, HotlineReceipt{}, Orders{}, Channels{},
		Ledger{}, LedgerJobs{}, LedgerImport{}, ImportBatch{}, Sites{}, OldSite{}, Reports{},
		Overview{}, Work{}, Draws{}, Draw{}, Checks{}, Handover{}, Press{}, PressItem{},
		Findings{}, Finding{}, PublicNumbers{}, HowTo{}, WhatIs{}, Impact{}, Handouts{}, Article{},
		Claim{}, ClaimForm{}, Claimed{}, AwardForm{}, Awards{}, Payouts{}, Payout{}, PayAudit{}}
}

// Site renders the pages of one language and serves the static files. Safe for concurrent use.
type Site struct {
	lang      string
	messages  map[string]string
	templates map[reflect.Type]*template.Template
	static    *static
}

// New reads the embedded files for a language such as "zh-CN". It fails when a page struct has no template, a template
// has no page struct, or a file does not parse, so that a broken page stops the program and not a person.
func New(lang string) (*Site, error) {
	messages, err := readMessages(lang)
	if err != nil {
		return nil, err
	}
	st, err := readStatic()
	if err != nil {
		return nil, err
	}
	s := &Site{lang: lang, messages: messages, templates: map[reflect.Type]*template.Template{}, static: st}
	left, err := templateFiles()
	if err != nil {
		return nil, err
	}
	for _, page := range pages() {
		typ := reflect.TypeOf(page)
		name := fileName(typ)
		if !left[name] {
			return nil, fmt.Errorf("frontend: page %s has no file pages/%s", typ.Name(), name)
		}
		delete(left, name)
		if s.templates[typ], err = s.parse(name); err != nil {
			return nil, err
		}
	}
	for name := range left {
		return nil, fmt.Errorf("frontend: file pages/%s has no page struct", name)
	}
	return s, nil
}

// Render makes the whole page in memory, so that an error never leaves half a page with the reader.
func (s *Site) Render(page any) ([]byte, error) {
	v := reflect.Indirect(reflect.ValueOf(page))
	if !v.IsValid() {
		return nil, fmt.Errorf("frontend: render: no page given")
	}
	t, ok := s.templates[v.Type()]
	if !ok {
		return nil, fmt.Errorf("frontend: render: %s is not a page", v.Type())
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v.Interface()); err != nil {
		return nil, fmt.Errorf("frontend: render %s: %w", v.Type().Name(), err)
	}
	return b.Bytes(), nil
}

func (s *Site) parse(name string) (*template.Template, error) {
	t, err := template.New("base.html").Funcs(s.funcs()).ParseFS(files, "base.html", "partials/_*.html", "pages/"+name)
	if err != nil {
		return nil, fmt.Errorf("frontend: parse pages/%s: %w", name, err)
	}
	return t, nil
}

func (s *Site) funcs() template.FuncMap {
	return template.FuncMap{
		"t":       s.T,
		"asset":   s.static.path,
		"icon":    s.icon,
		"picture": s.picture,
		"lang":    func() string { return s.lang },
		"add":     func(a, b int) int { return a + b },
		"prompt":  newPrompt,
		"ask":     newAsk,
		"same":    newSame,
		"action": func(c Case, a ActionView) caseAction {
			return caseAction{ID: c.ID, Version: c.Version, Seen: c.Seen, ActionView: a}
		},
	}
}

// icon draws a symbol of icons.svg; a county's profile may name one that we do not have.
func (s *Site) icon(name string) template.HTML {
	if !s.static.icons[name] {
		name = "question"
	}
	//nolint:gosec // both parts are ours: a hashed path and a name out of our own file
	return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="` + s.static.path("icons.svg") + `#` + name + `"/></svg>`)
}

// picture draws a sign; where there is no picture for it, its symbol.
func (s *Site) picture(sign, icon string) template.HTML {
	if !s.static.signs[sign] {
		return s.icon(icon)
	}
	//nolint:gosec // as above
	return template.HTML(`<svg class="pic" aria-hidden="true" focusable="false"><use href="` + s.static.path("signs.svg") + `#` + sign + `"/></svg>`)
}

// Drawing gives the picture of a sign as SVG for who prints it: paths of M, L, H, V, C, S and Z, circles, and groups that are moved. Nil when there is none.
func (s *Site) Drawing(sign string) []byte {
	f := s.static.files[s.static.path("signs.svg")]
	from := bytes.Index(f.raw, []byte(`<symbol id="`+sign+`"`))
	if from < 0 {
		return nil
	}
	to := bytes.Index(f.raw[from:], []byte("</symbol>"))
	return f.raw[from : from+to+len("</symbol>")]
}

// caseAction is an action with what its form needs of the case.
type caseAction struct {
	ID      string
	Version int64
	Seen    int
	ActionView
}

// prompt is a group of options with its question, as partials/_choices.html shows it.
type prompt struct {
	Type, Name, Question, Hint, Error string
	Options                           []Option
}

func newPrompt(typ, name, question, hint string, c Choices) prompt {
	return prompt{Type: typ, Name: name, Question: question, Hint: hint, Error: c.Error, Options: c.Options}
}

func templateFiles() (map[string]bool, error) {
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("frontend: list pages: %w", err)
	}
	set := map[string]bool{}
	for _, n := range names {
		set[path.Base(n)] = true
	}
	return set, nil
}

// fileName turns SetPassword into set_password.html.
func fileName(t reflect.Type) string {
	var b strings.Builder
	for i, r := range t.Name() {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String() + ".html"
}
