package desk

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/notify/outcome"
)

// articleForm is an outcome as the editor of an official account takes it: sections with inline styles, as it drops every class and sheet; no script, no link that it would
// drop as well, and no picture, which must be uploaded there.
var articleForm = template.Must(template.New("article").Parse(`<section style="margin:0 auto;max-width:677px;font-size:17px;line-height:1.8;color:#1C2521;letter-spacing:.02em;">
<section style="margin:0 0 24px;padding:4px 0 4px 14px;border-left:5px solid #E8B23A;"><p style="margin:0;font-size:22px;line-height:1.45;font-weight:bold;color:#17604C;">{{.Title}}</p><p style="margin:6px 0 0;font-size:14px;color:#56605A;">{{.Below}}</p></section>
{{range .Paragraphs}}<p style="margin:0 0 18px;">{{.}}</p>
{{end}}{{range .Photos}}<p style="margin:0 0 18px;padding:28px 0;border:1px dashed #7F8A83;text-align:center;color:#56605A;font-size:14px;">{{.}}</p>
{{end}}{{if .Facts}}<section style="margin:0 0 24px;padding:14px 16px;background-color:#EEF3EF;border-radius:8px;">{{range .Facts}}<p style="margin:4px 0;"><strong>{{.Name}}</strong>：{{.Value}}</p>{{end}}</section>
{{end}}<section style="margin:0;padding:14px 16px;background-color:#FBF1D8;border-radius:8px;"><p style="margin:0;font-weight:bold;">{{.Call}}</p><p style="margin:6px 0 0;font-size:15px;">{{.How}}</p></section>
</section>
`))

// articleText is what stands in it.
type articleText struct {
	Title, Below       string
	Paragraphs, Photos []string
	Facts              []frontend.Fact
	Call, How          string
}

// snippet makes the text of an outcome.
func (p *Pages) snippet(o outcome.Published) (string, error) {
	a := articleText{Title: o.Title, Paragraphs: strings.FieldsFunc(o.Text, func(r rune) bool { return r == '\n' }), Call: p.Words.T("article.call")}
	a.Below = p.Profile.Texts["asks"] + " · " + p.date(o.Day)
	for i := range o.Photos {
		a.Photos = append(a.Photos, p.Words.T("article.photo", i+1))
	}
	if len(o.Disposals) > 0 {
		a.Facts = append(a.Facts, frontend.Fact{Name: p.Words.T("article.disposals"), Value: strings.Join(o.Disposals, p.Words.T("article.comma"))})
	}
	n := p.notice("")
	a.How = p.Words.T("article.how", n.Address(), p.Profile.Texts["hotline"])
	var b bytes.Buffer
	if err := articleForm.Execute(&b, a); err != nil {
		return "", fmt.Errorf("desk: article: %w", err)
	}
	return b.String(), nil
}

// article is GET /desk/handouts/outcomes/OUTCOME: the snippet to copy.
func (p *Pages) article(c *gin.Context) error {
	o, err := p.published(c)
	if err != nil {
		return err
	}
	shell, err := p.shell(c, "handouts.article", "")
	if err != nil {
		return err
	}
	at := handoutsPath + "/outcomes/" + o.ID + "/page"
	page := frontend.Article{Shell: shell, Heading: o.Title, Frame: at, File: at + "?as=file"}
	if page.Source, err = p.snippet(o); err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// articlePage is GET /desk/handouts/outcomes/OUTCOME/page: the snippet alone, as it will look. It is the one answer of the house with styles in its lines, which is what
// the editor keeps; it may therefore load and run nothing at all.
func (p *Pages) articlePage(c *gin.Context) error {
	o, err := p.published(c)
	if err != nil {
		return err
	}
	text, err := p.snippet(o)
	if err != nil {
		return err
	}
	raw := []byte(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>` +
		template.HTMLEscapeString(o.Title) + "</title></head><body>\n" + text + "</body></html>\n")
	if c.Query("as") == "file" {
		return file(c, "outcome-"+o.ID+".html", "text/html; charset=utf-8", raw)
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	c.Data(http.StatusOK, "text/html; charset=utf-8", raw)
	return nil
}
