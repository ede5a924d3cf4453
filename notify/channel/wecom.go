package channel

import (
	"context"
	"time"

	"qianshao/config"
)

// wecomBytes is the most of a text message (企业微信 群机器人配置说明: content 最长不超过 2048 个字节，必须是 utf8 编码).
const wecomBytes = 2048

// Fields that hold a secret are exported, here and in the other channels: fmt asks only those for how they want to be shown.
type wecom struct{ URL config.Secret }

// WeCom is a robot of a WeCom group. Its whole address is the secret. It takes 20 messages a minute, and says so with errcode 45009.
// Source: developer.work.weixin.qq.com/document/path/91770 (消息推送配置说明), path/90313 (全局错误码).
func WeCom(url config.Secret) Channel { return wecom{url} }

func (wecom) Limit() Limit { return Limit{20, time.Minute, sendLimit} }

func (w wecom) Send(ctx context.Context, m Message) error {
	type text struct {
		Content string `json:"content"`
	}
	return robot(ctx, w.URL, struct {
		Type string `json:"msgtype"`
		Text text   `json:"text"`
	}{"text", text{m.numbered(wecomBytes)}}, func(code int) *Failure {
		switch code {
		case -1: // 系统繁忙
			return &Failure{}
		case 45009, 45033: // 接口调用超过限制, 并发调用超过限制
			return &Failure{After: time.Minute}
		}
		return &Failure{Permanent: true} // 93000 is a robot that is gone
	})
}
