package frontend

import "net/url"

// Home is "/".
type Home struct {
	Shell
	Emergencies []EmergencyOption // the emergency question; each links to /report?e=ID
	Hotline     string            // 12345
}

// EmergencyOption is one thing that cannot wait. Icon is a symbol of icons.svg or "".
type EmergencyOption struct{ ID, Text, Icon string }

// Emergency is "/report?e=fire": whom to call, before the form.
type Emergency struct {
	Shell
	Text   string // what was chosen
	Calls  []Call // big buttons
	Safety string // leave upwind ...
	ID     string // continues at /report?e=ID&called=1
}

// Sized keeps the chosen emergency.
func (e Emergency) Sized(size int) string {
	return sized("/report?e="+url.QueryEscape(e.ID), size)
}

// On is where the form goes on after the calls.
func (e Emergency) On() string {
	return e.Link("/report?called=1&e=" + url.QueryEscape(e.ID))
}

type Call struct{ Number, What string } // "119", "火警与危化品泄漏"

// SignGroup is a group of sign tiles (气味, 时间 ...).
type SignGroup struct {
	Name    string
	Options []Option
}

// TownOption is a town with its villages, for the place question.
type TownOption struct {
	Code, Name string
	On         bool
	Villages   []VillageOption
}

type VillageOption struct {
	Code, Name string
	Search     string // other names, pinyin initials; for the search box
	On         bool
}

// StagedFile is a file that already arrived (hidden field "staged", repeated) or was refused.
type StagedFile struct {
	Token string // empty when refused
	Kind  string // photo, voice or video; "" means photo
	Label string // "照片 1", never the file's own name
	Error string // why it was refused, in words
}

// Captcha is shown when it is asked for. Fields: captcha_id, captcha.
type Captcha struct {
	ID    string // /captcha/ID.png, /captcha/ID.wav
	Error string
	Code  bool // it stands before a query code, and says why
}

// BeforeCode is the captcha in the page for a query code; nil stays nil.
func (c *Captcha) BeforeCode() *Captcha {
	if c != nil {
		c.Code = true
	}
	return c
}

// Report is the form, "/report". POST /report multipart/form-data; the files stand last.
// Field names: token, e, signs*, sites*, town, village, where, lon, lat, acc, now, times*, before, words, photo_place, contact, reward,
// staged*, captcha_id, captcha, wechat_trap (honeypot, must stay empty), photos* (files), voice (file), video (file). With * repeated.
// JavaScript sends single files ahead to POST /report/evidence (fields token, kind=photo|voice|video, file) and gets JSON {"token","error"}.
type Report struct {
	Shell
	Token                                        string
	Emergency                                    string // id of the chosen option; "" or "none" when there is none
	Calls                                        []Call // whom to call; stays on top while an emergency is chosen
	Notice                                       string // do not go in, do not ask around: the county's own words, above the photos
	Summary                                      []FieldError
	SignGroups                                   []SignGroup
	SignsError                                   string
	Sites                                        Choices
	Towns                                        []TownOption
	Village                                      string // chosen code
	Where                                        Field
	Position                                     *Position
	Now                                          Choices
	Times                                        Choices
	Before                                       Choices
	Words                                        Field
	PhotoPlace                                   bool
	Contact                                      Field
	HasContact                                   bool // the question is asked at all
	HasReward                                    bool // that question is asked
	Reward                                       bool
	RewardText                                   string // 奖励办法以县里公布为准
	Staged                                       []StagedFile
	MaxPhotos, MaxPhotoMB, MaxVoiceMB, MaxWords  int
	MaxVoiceMinutes, MaxVideoMinutes, MaxVideoMB int
	Captcha                                      *Captcha
}

// Sized keeps the chosen emergency, so that a change of size does not ask again.
func (r Report) Sized(size int) string {
	if r.Emergency == "" || r.Here == "" {
		return r.Shell.Sized(size)
	}
	return sized(r.Here+"?called=1&e="+url.QueryEscape(r.Emergency), size)
}

// FieldError is a line of the summary on top: a link to the field. Field is the name of the form field, such as "where".
type FieldError struct{ Field, Text string }

type Position struct{ Lon, Lat, Accuracy string }

// Receipt answers POST /report. "我已抄下" posts token to /report/kept.
type Receipt struct {
	Shell
	Token   string
	Code    [4]string
	Claim   *[4]string // nil unless a reward was wished
	Kept    bool       // confirmed before: no code is shown any more
	Again   bool
	Arrived string // "收到 2 张照片、1 段录音。" made by the handler from the catalogue
	Hotline string
}

// Kept answers POST /report/kept.
type Kept struct {
	Shell
}
