package poster

import "strings"

// The words of the posters and of the leaflet. What the county says of itself comes out of its profile.
const (
	headline  = "看见不对劲"
	headline2 = "告诉我们"
	question  = "哪儿有偷着办的小化工？"
	scan      = "手机扫一扫，几分钟写完"
	orType    = "或者打开浏览器，输入"
	orCall    = "不会用手机写，打 "
	sticker   = "二维码被贴住的别扫。扫开以后看网址：头一个 / 前面"
	sticker2  = "要正好是 "
	sticker3  = "，一个字不多。不对就关掉，打 "
	urgent    = "着火、漏气、有人倒下：先往上风头跑，再打 119"
)

var promises = [3][2]string{{"不留名", "不问您叫什么"}, {"不留号", "不要电话、微信号"}, {"有回音", "凭一个码看结果"}}

const margin = 15.0

// poster draws the poster.
func (h *hand) poster() error {
	p, hotline := h.n.Profile, h.n.Profile.Texts["hotline"]
	h.shape(pine, rect(0, 0, width, 82, 0))
	h.mark(width-margin-42, 14, 42)
	h.say(margin, 36, 58, true, white, left, headline)
	h.say(margin, 60, 58, true, white, left, headline2)
	h.fit(margin, 74, 21, width-2*margin, false, ink{0xFB, 0xE3, 0xA6}, left, h.n.asked())

	column := (width - 2*margin) / 3
	for i, s := range promises {
		x := margin + float64(i)*column + column/2
		h.say(x, 97, 25, true, pine, middle, s[0])
		h.say(x, 105, 13, false, black, middle, s[1])
		if i > 0 {
			h.shape(line, rect(margin+float64(i)*column, 88, .4, 18, 0))
		}
	}
	if err := h.gallery(115, 8, 4); err != nil {
		return err
	}

	h.shape(tint, rect(margin, 190, width-2*margin, 71, 4))
	const side = 52.0
	h.shape(white, rect(margin+3, 193, side, side, 2))
	if err := h.code(margin+3, 193, side); err != nil {
		return err
	}
	x := margin + side + 9
	room := width - margin - x - 5
	h.fit(x, 204, 24, room, true, pine, left, scan)
	h.say(x, 215, 14, false, black, left, orType)
	h.fit(x, 228, 27, room, true, black, left, h.n.Address())
	h.fit(x, 240, 17, room, false, black, left, orCall+hotline)
	h.shape(glow, rect(margin+3, 245.5, width-2*margin-6, 14.5, 2))
	h.fit(width/2, 251.4, 14, width-2*margin-12, true, black, middle, sticker)
	h.fit(width/2, 257.8, 14, width-2*margin-12, true, black, middle, sticker2+h.n.Address()+sticker3+hotline)

	h.shape(ember, rect(0, 266, width, 15, 0))
	h.fit(width/2, 276, 20, width-2*margin, true, white, middle, urgent)
	h.say(margin, 290, 11.5, false, grey, left, h.n.place())
	h.say(width-margin, 290, 11.5, false, grey, right, p.Texts["asks"])
	return nil
}

// gallery draws signs in rows, each with its short words.
func (h *hand) gallery(y float64, most, columns int) error {
	const gap = 5.0
	w := (width - 2*margin - gap*float64(columns-1)) / float64(columns)
	const tall = 35.0
	for i, s := range h.n.signs(most) {
		x, top := margin+float64(i%columns)*(w+gap), y+float64(i/columns)*(tall+2)
		h.shape(line, frame(x, top, w, 25, 2, .4)...)
		if err := h.picture(s.ID, x+(w-30)/2, top+1.5, 30); err != nil {
			return err
		}
		h.fit(x+w/2, top+31, 14.5, w, true, black, middle, s.Short)
	}
	return nil
}

// leaflet draws both sides.
func (h *hand) leaflet() error {
	if err := h.front(); err != nil {
		return err
	}
	h.page()
	return h.back()
}

// band is the head of a side.
func (h *hand) band(title, below string) {
	h.shape(pine, rect(0, 0, width, 42, 0))
	h.mark(width-margin-24, 9, 24)
	h.say(margin, 22, 33, true, white, left, title)
	h.fit(margin, 34, 13.5, width-2*margin-30, false, ink{0xFB, 0xE3, 0xA6}, left, below)
}

// part writes a heading and gives where its text begins.
func (h *hand) part(y float64, title string) float64 {
	h.shape(lamp, rect(margin, y-4.6, 2, 6, .8))
	h.say(margin+5, y, 15.5, true, pine, left, title)
	return y + 8
}

// front says what an illegal workshop is.
func (h *hand) front() error {
	t, full := h.n.Profile.Texts, width-2*margin
	h.band("什么是小化工", "明白纸 · "+h.n.place())
	y := h.tell(margin, 54, full, 14.5, false, black, t["explain.is"]) + 3
	y = h.part(y, "看到、闻到这些，就可以说")
	const columns = 3
	w := (full - 2*6) / columns
	const tall = 53.0
	signs := h.n.signs(9)
	for i, s := range signs {
		x, top := margin+float64(i%columns)*(w+6), y-3+float64(i/columns)*tall
		if err := h.picture(s.ID, x, top, 28); err != nil {
			return err
		}
		h.fit(x, top+27, 15, w, true, black, left, s.Short)
		h.tell(x, top+33, w, 12, false, black, s.Text)
	}
	y += float64((len(signs)+columns-1)/columns)*tall + 4
	h.part(y, "有一样不一定就是，拿不准也可以说")
	h.tell(margin+5, y+8, full-5, 12.5, false, black, "去看的人会分辨，看错了没人怪您。")
	h.foot("背面：怎么举报，为什么不怕")
	return nil
}

// back says how to tip and why that is safe.
func (h *hand) back() error {
	t, full := h.n.Profile.Texts, width-2*margin
	h.band("怎么举报", "不留名，不留号，有回音")
	h.shape(tint, rect(margin, 49, full, 54, 3))
	if err := h.code(margin+3, 52, 48); err != nil {
		return err
	}
	x := margin + 57
	room := width - margin - x - 4
	h.fit(x, 61, 16, room, true, pine, left, scan)
	h.say(x, 69, 11, false, black, left, orType)
	h.fit(x, 78, 19, room, true, black, left, h.n.Address())
	h.fit(x, 86, 13, room, false, black, left, orCall+t["hotline"])
	h.tell(x, 93, room, 10.5, false, grey, sticker+sticker2+h.n.Address()+sticker3+t["hotline"]+"。")

	y := h.list(h.part(114, "先记下"), t["explain.note"])
	y = h.part(y+4, "别冒险")
	y = h.tell(margin+5, y, full-5, 12.5, false, black, t["notice"])
	y = h.list(h.part(y+4, "您写的话到哪里去"), t["explain.after"])
	y = h.part(y+4, "抄下查询码")
	y = h.tell(margin+5, y, full-5, 12.5, false, black, "发出去以后给您 16 个数字，抄在纸上。凭它看进度、补照片、回答我们的问题。丢了找不回来，因为我们不知道您是谁；事情照样办。")
	y = h.part(y+4, "有没有奖励")
	h.tell(margin+5, y, full-5, 12.5, false, black, h.n.Profile.RewardWords())
	h.shape(ember, rect(0, 266, width, 14, 0))
	h.fit(width/2, 275.5, 18, full, true, white, middle, urgent)
	h.foot(t["asks"])
	return nil
}

// list writes lines with a dot before each.
func (h *hand) list(y float64, lines string) float64 {
	for l := range strings.SplitSeq(lines, "\n") {
		h.shape(lamp, disc(margin+7, y-1.5, 1))
		y = h.tell(margin+11, y, width-2*margin-11, 12.5, false, black, l)
	}
	return y
}

func (h *hand) foot(text string) {
	h.say(width/2, 290, 10, false, grey, middle, text)
}
