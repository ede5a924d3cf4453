package public

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
)

const (
	maxText     = 1 << 20 // bytes of all text fields of a form
	maxFields   = 1000    // of a form: every sign there is, and then some
	filesPerTip = intake.MaxPhotos + intake.MaxVoices + intake.MaxVideos
)

// upload is a form with files, while it is read: the fields in memory, each file streamed to where it stays.
type upload struct {
	pages  *Pages
	c      *gin.Context
	typed  url.Values
	draft  *intake.Draft
	staged []frontend.StagedFile // in the order in which the person sees them
	counts map[intake.Kind]int
	faults fault.List      // about the form as a whole
	failed error           // the first error that is ours
	sent   *intake.Receipt // the form had been accepted before: nothing in it matters any more
	proof  proof
	barred *fault.Error
	size   int
	opened bool
	door   bool // anybody may come here; false behind a query code, where no captcha is asked
}

// read takes a form apart as it arrives; door says whether anybody may send it. Whatever is wrong is kept in the upload, so that the form can come back; an error means that there is no form.
func (p *Pages) read(c *gin.Context, door bool) (*upload, error) {
	end := &ending{ReadCloser: c.Request.Body}
	c.Request.Body = end
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "form.broken")
	}
	u := &upload{pages: p, c: c, door: door, typed: url.Values{}, counts: map[intake.Kind]int{}}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && end.closes(c.Request) {
			break
		}
		if err == nil && n >= maxFields {
			err = errTooMuch
		}
		if err == nil {
			err = u.take(part)
		}
		if err != nil {
			u.cut(err)
			break
		}
	}
	u.open()
	return u, nil
}

// ending keeps the last bytes of a body: what multipart tells as the end of a form may also be a body that ends cleanly inside a part's header.
type ending struct {
	io.ReadCloser
	last []byte
}

// lastBytes is more than multipart reads ahead, with a boundary.
const lastBytes = 8 << 10

// Read implements io.Reader.
func (e *ending) Read(p []byte) (int, error) {
	n, err := e.ReadCloser.Read(p)
	e.last = append(e.last, p[:n]...)
	if more := len(e.last) - lastBytes; more > 0 {
		e.last = append(e.last[:0], e.last[more:]...)
	}
	return n, err
}

// closes reports whether the form's last boundary was read.
func (e *ending) closes(r *http.Request) bool {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && bytes.Contains(e.last, []byte("--"+params["boundary"]+"--"))
}

var errTooMuch = errors.New("public: more text than a form has")

// cut notes why the form ended before its end.
func (u *upload) cut(err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) || errors.Is(err, errTooMuch) || errors.Is(err, multipart.ErrMessageTooLarge) {
		u.c.Header("Connection", "close")
		u.faults = append(u.faults, fault.New(fault.TooLarge, "form.too_large"))
		return
	}
	u.faults = append(u.faults, fault.New(fault.Invalid, "form.broken"))
	// Whatever ends the reading ends the request's context too, also when the person is still there and waits: the form has to come back.
	u.c.Request = u.c.Request.WithContext(context.WithoutCancel(u.c.Request.Context()))
}

// take reads one part. Its error is one of the connection.
func (u *upload) take(part *multipart.Part) error {
	name := part.FormName()
	kind, isFile := map[string]intake.Kind{"photos": intake.Photo, "voice": intake.Voice, "video": intake.Video}[name]
	switch {
	case isFile && part.FileName() != "": // an empty file field has no name
		return u.file(kind, part)
	case isFile || part.FileName() != "":
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(part, int64(maxText-u.size)+1))
	u.size += len(raw)
	if u.size > maxText {
		return errTooMuch
	}
	u.typed.Add(name, string(raw))
	return err
}

// open finds the draft that the fields belong to, and what was staged for it before. A form that is too old gets a new draft, and its files with it.
func (u *upload) open() {
	if u.opened {
		return
	}
	u.opened = true
	d, err := u.pages.Intake.OpenDraft(u.typed.Get("token"))
	if err != nil {
		u.faults = append(u.faults, fault.All(err)...)
		d = u.pages.Intake.NewDraft()
	}
	u.draft = d
	if u.door {
		if u.lookBack(); u.sent != nil {
			return
		}
		u.proof = u.pages.prove(u.c.Request.Context(), d.Token, u.typed.Get("captcha_id"), u.typed.Get("captcha"))
		u.barred = u.pages.bar(u.c, u.proof)
	}
	tokens := u.typed["staged"]
	for i, token := range tokens {
		if slices.Contains(tokens[:i], token) {
			continue
		}
		st, err := u.pages.Intake.OpenStaged(d, token)
		if err != nil {
			u.refuse(intake.Photo, err)
			continue
		}
		u.keep(st)
	}
}

// lookBack finds the receipt of a form that is sent again. Not to know is no reason to lose the files that are on their way.
func (u *upload) lookBack() {
	receipt, sent, err := u.pages.Intake.Sent(u.c.Request.Context(), u.draft, u.typed.Get("reward") != "")
	if sent {
		u.sent = &receipt
	}
	u.failed = err
}

// carried takes up what was written for the dialogue before the code had to be typed again; the lookup form carries it, and nothing is stored.
func (p *Pages) carried(c *gin.Context) (*upload, error) {
	if err := c.Request.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, fault.New(fault.TooLarge, "form.too_large")
		}
		return nil, fault.New(fault.Invalid, "form.broken")
	}
	u := &upload{pages: p, c: c, typed: c.Request.PostForm, counts: map[intake.Kind]int{}}
	u.open()
	return u, nil
}

// unsent reports whether there is anything that was not sent yet.
func (u *upload) unsent() bool { return u.typed.Get("words") != "" || len(u.staged) > 0 }

// bar is the reason not to store files for this request: its network has stored more than all its tips could hold, and it proves nothing. Where a
// captcha is always asked it stands before the tip; files that nobody takes are swept.
func (p *Pages) bar(c *gin.Context, got proof) *fault.Error {
	if p.Config.Captcha == "always" || !p.filesSpent(c) {
		return nil
	}
	return challenge(got, true)
}

// spendFile takes one file from the budgets of the form and of the network. Only the form's is refused here: the network's asks for a captcha first (bar).
func (p *Pages) spendFile(c *gin.Context, d *intake.Draft) error {
	ctx := c.Request.Context()
	if ok, _ := p.Budgets.Spend(ctx, perForm, d.Token); !ok {
		return fault.New(fault.Invalid, "photo.many")
	}
	p.Budgets.Spend(ctx, p.files(), string(p.Budgets.Network(c.Request)))
	return nil
}

func (p *Pages) filesSpent(c *gin.Context) bool {
	return p.Budgets.Spent(c.Request.Context(), p.files(), string(p.Budgets.Network(c.Request)))
}

// file streams one file to the store. Only what ends the connection is returned.
func (u *upload) file(kind intake.Kind, r io.Reader) error {
	if u.typed.Get("token") == "" {
		u.refuse(kind, fault.New(fault.Invalid, "form.broken")) // the fields stand first in our own form
		return nil
	}
	u.open()
	if u.sent != nil {
		return nil
	}
	if err := u.over(kind); err != nil {
		u.refuse(kind, err)
		return nil
	}
	if u.barred != nil {
		u.refuse(kind, u.barred)
		return nil
	}
	if err := u.pages.spendFile(u.c, u.draft); err != nil {
		u.refuse(kind, err)
		return nil
	}
	src := &watched{Reader: r}
	st, err := u.pages.Intake.Stage(u.c.Request.Context(), u.draft, kind, src)
	if err == nil {
		u.keep(st)
		return nil
	}
	u.refuse(kind, err)
	if src.err != nil {
		return src.err
	}
	if fault.KindOf(err) == fault.Internal && u.failed == nil {
		u.failed = fmt.Errorf("public: stage: %w", err)
	}
	if fault.KindOf(err) == fault.Busy && u.failed == nil {
		u.failed = err
	}
	return nil
}

// watched remembers the error of the connection, which Stage tells as a fault of the file.
type watched struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// over is the fault of one more file of a kind, if that is too many.
func (u *upload) over(kind intake.Kind) error {
	if u.counts[kind] >= intake.Most(kind) {
		return intake.TooMany(kind)
	}
	return nil
}

func (u *upload) keep(st intake.Staged) {
	if err := u.over(st.Kind); err != nil {
		u.refuse(st.Kind, err)
		return
	}
	u.counts[st.Kind]++
	label := u.pages.Words.T("file." + string(st.Kind))
	if st.Kind == intake.Photo {
		label = u.pages.Words.T("file.photo", u.counts[st.Kind])
	}
	u.staged = append(u.staged, frontend.StagedFile{Token: st.Token, Kind: string(st.Kind), Label: label})
}

func (u *upload) refuse(kind intake.Kind, err error) {
	label := u.pages.Words.T("file.refused." + string(kind))
	u.staged = append(u.staged, frontend.StagedFile{Kind: string(kind), Label: label, Error: sentence(err)})
}

// tokens are the files that arrived.
func (u *upload) tokens() []string {
	var tokens []string
	for _, f := range u.staged {
		if f.Token != "" {
			tokens = append(tokens, f.Token)
		}
	}
	return tokens
}

// trouble is everything that keeps the form from being accepted as it is; nil when nothing does.
func (u *upload) trouble() error {
	if u.failed != nil {
		return u.failed
	}
	if len(u.faults) > 0 {
		return u.faults
	}
	for _, f := range u.staged {
		if f.Error != "" {
			return fault.New(fault.Invalid, "files.refused").On("photos")
		}
	}
	return nil
}

// evidence is POST /report/evidence: one file sent ahead by a script, answered with its token.
func (p *Pages) evidence(c *gin.Context) error {
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "form.broken")
	}
	typed := url.Values{}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return fault.New(fault.Invalid, "form.broken") // without its cause: that may quote a header, and a header holds the file's name
		}
		if part.FormName() == "file" {
			return p.stageOne(c, typed, part)
		}
		raw, err := io.ReadAll(io.LimitReader(part, 4096))
		if err != nil {
			return fault.New(fault.Invalid, "form.broken")
		}
		typed.Add(part.FormName(), strings.TrimSpace(string(raw)))
	}
}

func (p *Pages) stageOne(c *gin.Context, typed url.Values, r io.Reader) error {
	d, err := p.Intake.OpenDraft(typed.Get("token"))
	if err != nil {
		return fault.New(fault.Invalid, "evidence.stale").Because(err) // no new form comes with this answer
	}
	kind := intake.Kind(typed.Get("kind"))
	if intake.Most(kind) == 0 {
		return fault.New(fault.Invalid, "evidence.kind")
	}
	if f := p.bar(c, p.prove(c.Request.Context(), typed.Get("token"), typed.Get("captcha_id"), typed.Get("captcha"))); f != nil {
		return f
	}
	if err := p.spendFile(c, d); err != nil {
		return err
	}
	st, err := p.Intake.Stage(c.Request.Context(), d, kind, r)
	if err != nil {
		return fmt.Errorf("public: stage: %w", err)
	}
	c.JSON(http.StatusOK, gin.H{"token": st.Token, "error": ""})
	return nil
}
