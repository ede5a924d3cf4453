package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
)

const calendarPath = "/desk/calendar"

// MaxCalendar is how large the table of a year may be, in bytes.
const MaxCalendar = 64 << 10

// sampleYear is how the table of a year begins.
const sampleYear = "日期,名称,类别\n2026-10-01,国庆节,放假\n2026-10-10,国庆节补班,补班"

// calendarForm is GET /desk/calendar.
func (p *Pages) calendarForm(c *gin.Context) error {
	page, err := p.calendarPage(c)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) calendarPage(c *gin.Context) (frontend.Calendar, error) {
	shell, err := p.shell(c, p.Words.T("calendar.title"), "")
	if err != nil {
		return frontend.Calendar{}, err
	}
	page := frontend.Calendar{Shell: shell, Missing: p.missingYears(), Sample: sampleYear}
	years, err := p.Cases.Years(c.Request.Context())
	for _, y := range years {
		line := frontend.CalendarYear{Year: y.Year, Days: p.Words.T("calendar.days", y.Free, y.Work), By: p.Words.T("calendar.profile"), Note: y.Note}
		if !y.At.IsZero() {
			line.By = p.Words.T("calendar.by", p.day(y.At), y.Name)
		}
		page.Years = append(page.Years, line)
	}
	return page, err
}

// missingYears says which years' holidays the limits need and nobody has uploaded; "" for none.
func (p *Pages) missingYears() string {
	var years []string
	for _, y := range p.Profile.MissingYears(p.Now()) {
		years = append(years, strconv.Itoa(y))
	}
	if len(years) == 0 {
		return ""
	}
	return p.Words.T("calendar.missing", strings.Join(years, "、"))
}

// announce is POST /desk/calendar.
func (p *Pages) announce(c *gin.Context) error {
	raw, note, err := calendarUpload(c.Request)
	var page frontend.Calendar
	if err == nil {
		text, broken := intake.CleanWords(note)
		if note = text; broken {
			err = fault.New(fault.Invalid, "form.encoding").On("note")
		}
	}
	if err == nil {
		year, problems, announceErr := p.Cases.Announce(c.Request.Context(), staff(c).Actor(), raw, note)
		if err = announceErr; err == nil {
			if page, err = p.calendarPage(c); err != nil {
				return err
			}
			if len(problems) == 0 {
				page.Done = p.Words.T("calendar.took", year.Year, len(year.Days))
				return p.Show(c, http.StatusOK, page)
			}
			for _, one := range problems {
				page.Problems = append(page.Problems, frontend.SheetLine{Line: one.Line, What: one.What, Remedy: one.Remedy})
			}
			page.Note.Value = note
			return p.Show(c, http.StatusUnprocessableEntity, page)
		}
	}
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	page, pageErr := p.calendarPage(c)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	page.Note.Value = note
	for _, one := range fault.All(err) {
		if one.Field == "note" {
			page.Note.Error = one.Sentence(fault.DefaultLang)
		} else {
			page.File.Error = one.Sentence(fault.DefaultLang)
		}
	}
	return again{fmt.Errorf("desk: calendar: %w", err), page}
}

// calendarUpload reads the table and the note of the form, in whatever order they come. The name of the file is not looked at.
// faults ledger.file_empty, ledger.file_large, form.broken.
func calendarUpload(r *http.Request) (raw []byte, note string, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "", fault.New(fault.Invalid, "ledger.file_empty").On("file")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if len(raw) == 0 {
				return nil, note, fault.New(fault.Invalid, "ledger.file_empty").On("file")
			}
			return raw, note, nil
		}
		var body []byte
		if err == nil {
			body, err = io.ReadAll(part)
		}
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large), len(body) > MaxCalendar:
			return nil, note, fault.New(fault.TooLarge, "form.too_large").On("file")
		case err != nil:
			return nil, note, fault.New(fault.Invalid, "form.broken").On("file")
		case part.FormName() == "file":
			raw = body
		case part.FormName() == "note":
			note = string(body)
		}
	}
}
