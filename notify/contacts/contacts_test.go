package contacts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
)

const good = `mail: {server: "smtp.example.cn:465", user: qianshao@example.cn, password_file: password, from: qianshao@example.cn}
sms: {url: "https://dysmsapi.aliyuncs.com", key: LTAI5, secret: hush-sms, sign: 方山县安委办, template: SMS_1}
contacts:
  - {name: 安委办值班群, units: [safety_committee], by: wecom, to_file: robot}
  - {name: 公安值班群, units: [police, "town:141128103"], ranks: [handler, head], by: dingtalk, to: "https://oapi.dingtalk.com/robot/send?access_token=hush-ding", secret: SEChush}
  - {name: 应急局局长, units: [emergency], ranks: [head], by: sms, to: "13812345678"}
  - {name: 县政府值班室, units: [county_gov], ranks: [leader], by: mail, to: zhiban@example.cn}
  - {name: 本机, units: [safety_committee], by: webhook, to: "http://127.0.0.1:9/hook", secret: whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNoLWh1c2g=}
`

func load(t *testing.T, text string) (*Book, Problems) {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, raw := range map[string]string{"channels.yaml": text, "password": "hush-mail\n", "robot": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hush-wecom\n", "empty": "\n",
		"robot2": "https://oapi.dingtalk.com/robot/send?access_token=hush-two", "hook": "whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNoLWh1c2g="} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b, err := Load(filepath.Join(dir, "channels.yaml"), p, time.Now)
	var problems Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatal(err)
	}
	return b, problems
}

func TestLoad(t *testing.T) {
	b, problems := load(t, good)
	if len(problems) > 0 || len(b.Contacts) != 5 {
		t.Fatal(problems)
	}
	shown := []string{"qyapi.weixin.qq.com", "oapi.dingtalk.com", "138****5678", "z***@example.cn", "127.0.0.1"}
	for i := range b.Contacts {
		c := &b.Contacts[i]
		if c.Shown() != shown[i] || c.Channel == nil {
			t.Errorf("%s shows %q", c.Name, c.Shown())
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", *b, *b, *b); strings.Contains(s, "hush") || strings.Contains(s, "13812345678") || strings.Contains(s, "zhiban") {
		t.Errorf("printed, the book tells %s", s)
	}
	group := &b.Contacts[0]
	if !group.Hears("safety_committee", county.RankLeader) || group.Hears("police", county.RankHandler) || b.Contacts[2].Hears("emergency", county.RankHandler) {
		t.Error("the wrong people hear")
	}
	if c, ok := b.Find("本机"); !ok || c.By != Webhook {
		t.Error("本机 is not found")
	}
	if none, problems := load(t, good[strings.Index(good, "contacts:"):]); none != nil || len(problems) != 2 {
		t.Errorf("without mail and sms: %v", problems)
	}
	if b, err := Load("", nil, nil); err != nil || len(b.Contacts) != 0 {
		t.Errorf("nothing configured: %v", err)
	}
}

// The sample in the README is a good file.
func TestReadmeSample(t *testing.T) {
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, sample, _ := strings.Cut(string(raw), "### Telling departments")
	_, sample, _ = strings.Cut(sample, "```yaml\n")
	sample, _, _ = strings.Cut(sample, "```")
	sample = strings.NewReplacer("smtp-password", "password", "sms-secret", "password", "wecom-robot", "robot", "ding-robot", "robot2", "ding-secret", "password", "hook-secret", "hook").Replace(sample)
	if b, problems := load(t, sample); len(problems) > 0 || len(b.Contacts) != 5 {
		t.Errorf("%v in\n%s", problems, sample)
	}
}

// Every fault is told with its line and remedy, all at once, and quotes no secret.
func TestProblems(t *testing.T) {
	first := "  - {name: 安委办值班群, units: [safety_committee], by: wecom, to_file: robot}"
	for bad, want := range map[string]string{
		"  - {name: \"\", units: [safety_committee], by: wecom, to_file: robot}":                     "name 是空的",
		"  - {name: 公安值班群, units: [safety_committee], by: wecom, to_file: robot}":                    "和第 4 行的一样",
		"  - {name: 甲, units: [], by: wecom, to_file: robot}":                                        "没有写 units",
		"  - {name: 甲, units: [nobody], by: wecom, to_file: robot}":                                  "没有单位“nobody”",
		"  - {name: 甲, units: [police], ranks: [king], by: wecom, to_file: robot}":                   "“king”不认识",
		"  - {name: 甲, units: [police], by: pigeon, to_file: robot}":                                 "by 不对",
		"  - {name: 甲, units: [police], by: wecom}":                                                  "缺少 to",
		"  - {name: 甲, units: [police], by: wecom, to_file: robot, to: hush}":                        "to 和 to_file 都写了",
		"  - {name: 甲, units: [police], by: wecom, to_file: nowhere}":                                "to_file 的文件打不开",
		"  - {name: 甲, units: [police], by: wecom, to_file: empty}":                                  "to_file 的文件打不开",
		"  - {name: 甲, units: [police], by: wecom, to: \"http://example.cn/hush\"}":                  "to 不是能用的网址",
		"  - {name: 甲, units: [police], by: wecom, to_file: robot, secret: hush}":                    "用不到 secret",
		"  - {name: 甲, units: [police], by: dingtalk, to: \"https://example.cn/hush\"}":              "缺少 secret",
		"  - {name: 甲, units: [police], by: webhook, to: \"https://example.cn/hush\", secret: hush}": "secret 不对",
		"  - {name: 甲, units: [police], by: sms, to: \"12345\"}":                                     "to 不是手机号",
		"  - {name: 甲, units: [police], by: mail, to: hush}":                                         "to 不是邮箱",
		"  - {name: 甲, units: [police], by: mail, to: zhiban@example.cn}":                            "的一样",
		"  - {name: 甲, unit: [police], by: wecom, to_file: robot}":                                   "不认识的字段“unit”",
		"  - {name: 甲, units: police, by: wecom, to_file: robot}":                                    "YAML 写法不对",
		"  - {name: 甲, name: 乙, units: [police], by: wecom, to_file: robot}":                         "YAML 写法不对",
		"  - {name: 甲, units: [police], by: wecom, to_file: robot}\nmore: 1":                         "不认识的字段“more”",
	} {
		_, problems := load(t, strings.Replace(good, first, bad, 1))
		if len(problems) != 1 || !strings.Contains(problems[0].What, want) || problems[0].Line == 0 || problems[0].Remedy == "" {
			t.Errorf("%s: %v", bad, problems)
		}
		if strings.Contains(problems.Error(), "hush") {
			t.Errorf("%s: the problem tells a secret: %v", bad, problems)
		}
	}
	for text, want := range map[string]int{
		"": 1, "contacts: []": 1, "contacts: [": 1, "- a": 1,
		strings.NewReplacer("smtp.example.cn:465", "smtp", "from: qianshao@example.cn", "from: qianshao", "key: LTAI5, ", "", "https://dysms", "http://dysms").Replace(good): 4,
		good + strings.Repeat("  - {name: 甲, units: [], by: x}\n", 2): 5, // units and by, twice, and the name
	} {
		if _, problems := load(t, text); len(problems) != want {
			t.Errorf("%q: %d problems: %v", text, len(problems), problems)
		}
	}
}
