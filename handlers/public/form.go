package public

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
)

// form is the form with what was typed so far.
func (p *Pages) form(c *gin.Context, d *intake.Draft, sub intake.Submission) frontend.Report {
	page := frontend.Report{
		Shell: p.shell(c, "report.title"), Token: d.Token, PhotoPlace: sub.Report.PhotoPlace,
		MaxPhotos: intake.MaxPhotos, MaxPhotoMB: p.Config.MaxPhotoMB, MaxVoiceMB: p.Config.MaxVoiceMB, MaxVideoMB: p.Config.MaxVideoMB,
		MaxVoiceMinutes: p.Profile.Evidence.VoiceMinutes, MaxVideoMinutes: p.Profile.Evidence.VideoMinutes,
	}
	p.questions.Fill(&page, sub)
	if e, ok := p.emergency(sub.Report.Emergency); ok {
		page.Calls = p.questions.Calls(e)
	}
	if at := sub.Report.Position; at != nil {
		page.Position = &frontend.Position{Lon: number(at.Lon), Lat: number(at.Lat), Accuracy: number(at.Accuracy)}
	}
	return page
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
