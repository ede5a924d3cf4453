package contacts

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/notify/channel"
)

// mostContacts bounds how many addresses are served, each by itself.
const mostContacts = 200

var mobile = regexp.MustCompile(`^1[3-9]\d{9}$`)

// Problems are all faults of a file.
type Problems []county.Problem

// Error lists the problems, a line each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// The rows of the file. A *_file names a file with the value; it is looked for beside this one.
type (
	mailRow struct {
		Server       string `yaml:"server"`
		User         string `yaml:"user"`
		Password     string `yaml:"password"`
		PasswordFile string `yaml:"password_file"`
		From         string `yaml:"from"`
	}
	smsRow struct {
		URL        string `yaml:"url"`
		Key        string `yaml:"key"`
		Secret     string `yaml:"secret"`
		SecretFile string `yaml:"secret_file"`
		Sign       string `yaml:"sign"`
		Template   string `yaml:"template"`
	}
	contactRow struct {
		Name       string        `yaml:"name"`
		Units      []string      `yaml:"units"`
		Ranks      []county.Rank `yaml:"ranks"` // none is all
		By         string        `yaml:"by"`
		To         string        `yaml:"to"`
		ToFile     string        `yaml:"to_file"`
		Secret     string        `yaml:"secret"`
		SecretFile string        `yaml:"secret_file"`
	}
)

// loader gathers what is wrong. What it says never quotes an address or a secret.
type loader struct {
	path     string
	profile  *county.Profile
	now      func() time.Time
	post     *channel.Post
	gateway  *channel.Gateway
	lines    map[string]int // of the names and addresses that were there already
	problems Problems
}

// Load reads and checks the file; an empty path is an empty book. The error is Problems.
func Load(path string, p *county.Profile, now func() time.Time) (*Book, error) {
	b := &Book{}
	if path == "" {
		return b, nil
	}
	l := &loader{path: path, profile: p, now: now, lines: map[string]int{}}
	rows := l.read()
	for _, n := range rows {
		line := n.GetToken().Position.Line
		var r contactRow
		if l.decode(line, n, &r) {
			if c, ok := l.contact(line, r); ok {
				b.Contacts = append(b.Contacts, c)
			}
		}
	}
	if len(rows) > mostContacts {
		l.bad(0, fmt.Sprintf("通知对象有 %d 个，太多了", len(rows)), fmt.Sprintf("最多写 %d 个；一个单位的人多，就给他们建一个群", mostContacts))
	}
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	return b, nil
}

func (l *loader) bad(line int, what, remedy string) {
	l.problems = append(l.problems, county.Problem{File: filepath.Base(l.path), Line: line, What: what, Remedy: remedy})
}

// read reads the file's head and gives the nodes of its contacts.
func (l *loader) read() []ast.Node {
	raw, err := os.ReadFile(l.path)
	if err != nil {
		l.bad(0, "这个文件打不开", "看看 QIANSHAO_CHANNELS 写的路径对不对，程序有没有权限读它")
		return nil
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		l.badYAML(0, err)
		return nil
	}
	var pairs []*ast.MappingValueNode
	if len(tree.Docs) == 1 {
		switch body := tree.Docs[0].Body.(type) {
		case *ast.MappingNode:
			pairs = body.Values
		case *ast.MappingValueNode:
			pairs = []*ast.MappingValueNode{body}
		}
	}
	var rows []ast.Node
	found := false
	for _, v := range pairs {
		line := v.Key.GetToken().Position.Line
		switch key := v.Key.GetToken().Value; key {
		case "mail":
			l.mail(line, v.Value)
		case "sms":
			l.sms(line, v.Value)
		case "contacts":
			seq, ok := v.Value.(*ast.SequenceNode)
			found = ok && len(seq.Values) > 0
			if found {
				rows = seq.Values
			}
		default:
			l.bad(line, "不认识的字段“"+key+"”", "只有 mail、sms、contacts 三个")
		}
	}
	if !found {
		l.bad(0, "一个通知对象也没有", "写 contacts:，下面一行一个，前面加“- ”；不想通知谁，就不要填 QIANSHAO_CHANNELS")
	}
	return rows
}

func (l *loader) decode(line int, n ast.Node, into any) bool {
	if err := yaml.NodeToValue(n, into, yaml.Strict()); err != nil {
		l.badYAML(line, err)
		return false
	}
	return true
}

// badYAML says in Chinese what the YAML reader did not like; its own words could quote a secret.
func (l *loader) badYAML(line int, err error) {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		line = y.GetToken().Position.Line
	}
	var unknown *yaml.UnknownFieldError
	var wrong *yaml.TypeError
	switch {
	case errors.As(err, &unknown):
		l.bad(line, "不认识的字段“"+unknown.Token.Value+"”", "看看是不是写错了字，或者删掉它")
	case errors.As(err, &wrong):
		l.bad(line, "值的样子不对", "文字和号码加英文双引号；units、ranks 写成 [甲, 乙]")
	default:
		l.bad(line, "YAML 写法不对", "看看缩进、冒号后面的空格和引号；units、ranks 写成 [甲, 乙]，一个字段只写一遍")
	}
}

// secret is a value that stands in the file or in one of its own.
func (l *loader) secret(line int, field, value, file string) config.Secret {
	switch {
	case value != "" && file != "":
		l.bad(line, field+" 和 "+field+"_file 都写了", "留一个，删一个")
		return ""
	case file != "":
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(l.path), file)
		}
		raw, err := os.ReadFile(file)
		if value = strings.TrimSpace(string(raw)); err != nil || value == "" {
			l.bad(line, field+"_file 的文件打不开，或者是空的", "相对的路径从这个文件所在的文件夹算起")
		}
	case value == "":
		l.bad(line, "缺少 "+field, "写 "+field+"，或者用 "+field+"_file 指一个文件")
	}
	return config.Secret(value)
}

func (l *loader) mail(line int, n ast.Node) {
	var r mailRow
	if !l.decode(line, n, &r) {
		return
	}
	host, port, err := net.SplitHostPort(r.Server)
	number, perr := strconv.Atoi(port)
	if err != nil || perr != nil || host == "" || number < 1 || number > 65535 {
		l.bad(line, "mail 的 server 不对", "写 主机:端口，如 smtp.example.cn:465")
	}
	if !address(r.From) {
		l.bad(line, "mail 的 from 不对", "写发信的邮箱，如 qianshao@example.cn")
	}
	l.post = &channel.Post{Server: r.Server, User: r.User, From: r.From}
	if r.User != "" || r.Password != "" || r.PasswordFile != "" {
		l.post.Password = l.secret(line, "password", r.Password, r.PasswordFile)
	}
}

func (l *loader) sms(line int, n ast.Node) {
	var r smsRow
	if !l.decode(line, n, &r) {
		return
	}
	if !safe(r.URL) {
		l.bad(line, "sms 的 url 不对", "写 https:// 开头的网关地址，如 https://dysmsapi.aliyuncs.com")
	}
	for field, v := range map[string]string{"key": r.Key, "sign": r.Sign, "template": r.Template} {
		if v == "" {
			l.bad(line, "sms 缺少 "+field, "短信服务的控制台里有，照着填")
		}
	}
	l.gateway = &channel.Gateway{URL: config.Secret(r.URL), Key: r.Key, Secret: l.secret(line, "secret", r.Secret, r.SecretFile), Sign: r.Sign, Template: r.Template}
}

// contact checks one row.
func (l *loader) contact(line int, r contactRow) (Contact, bool) {
	before := len(l.problems)
	c := Contact{Name: strings.TrimSpace(r.Name), Units: r.Units, Ranks: r.Ranks, By: r.By}
	switch {
	case c.Name == "" || len(c.Name) > 100:
		l.bad(line, "name 是空的，或者太长", "起一个看得懂的名字，如 安委办值班群")
	default:
		l.once(line, "name “"+c.Name+"”", c.Name)
	}
	if len(c.Units) == 0 {
		l.bad(line, "没有写 units", "写给哪些单位，如 units: [safety_committee]")
	}
	for _, u := range c.Units {
		if _, ok := l.profile.Unit(u); !ok {
			l.bad(line, "县资料里没有单位“"+u+"”", "写 units.yaml 里的编号；乡镇写 town: 加区划代码")
		}
	}
	all := []county.Rank{county.RankHandler, county.RankHead, county.RankLeader}
	if len(c.Ranks) == 0 {
		c.Ranks = all
	}
	for _, k := range c.Ranks {
		if !slices.Contains(all, k) {
			l.bad(line, "ranks 里的“"+string(k)+"”不认识", "写 handler（承办人）、head（负责人）、leader（分管领导）")
		}
	}
	ways := []string{WeCom, DingTalk, Mail, SMS, Webhook}
	if !slices.Contains(ways, c.By) {
		l.bad(line, "by 不对", "写 "+strings.Join(ways, "、")+" 里头的一个")
		return c, false
	}
	c.To = l.secret(line, "to", r.To, r.ToFile)
	if c.To != "" {
		l.once(line, "to 的地址", c.By+" "+c.To.Reveal())
		l.way(line, &c, r)
	}
	return c, len(l.problems) == before
}

// once reports what was there already: a robot that two contacts share would be over its limit before either knows.
func (l *loader) once(line int, what, value string) {
	if first, twice := l.lines[value]; twice {
		l.bad(line, fmt.Sprintf("%s和第 %d 行的一样", what, first), "合成一条，units 和 ranks 都写上")
		return
	}
	l.lines[value] = line
}

// way checks the address and makes the channel.
func (l *loader) way(line int, c *Contact, r contactRow) {
	to := c.To.Reveal()
	if (c.By == WeCom || c.By == Mail || c.By == SMS) && (r.Secret != "" || r.SecretFile != "") {
		l.bad(line, c.By+" 用不到 secret", "删掉它")
	}
	switch c.By {
	case SMS:
		if !mobile.MatchString(to) {
			l.bad(line, "to 不是手机号", "写 11 位手机号，加英文双引号")
		} else if l.gateway == nil {
			l.bad(line, "要发短信，文件里还没有 sms", "在前面写一行 sms: {url: …, key: …, secret_file: …, sign: …, template: …}")
		} else {
			c.Channel = channel.SMS(*l.gateway, to, l.now)
		}
		return
	case Mail:
		if !address(to) {
			l.bad(line, "to 不是邮箱", "写 zhiban@example.cn 这样")
		} else if l.post == nil {
			l.bad(line, "要发邮件，文件里还没有 mail", "在前面写一行 mail: {server: …, user: …, password_file: …, from: …}")
		} else {
			c.Channel = channel.Mail(*l.post, to)
		}
		return
	}
	if !safe(to) {
		l.bad(line, "to 不是能用的网址", "写机器人或者接口的完整网址，https:// 开头")
		return
	}
	switch c.By {
	case WeCom:
		c.Channel = channel.WeCom(c.To)
	case DingTalk:
		c.Channel = channel.DingTalk(c.To, l.secret(line, "secret", r.Secret, r.SecretFile), l.now)
	case Webhook:
		key, ok := channel.WebhookKey(l.secret(line, "secret", r.Secret, r.SecretFile).Reveal())
		if !ok {
			l.bad(line, "secret 不对", "写 whsec_ 加 24 到 64 字节的 base64，如 whsec_$(openssl rand -base64 32)")
		}
		c.Channel = channel.Webhook(c.To, key, l.now)
	}
}

// address is a bare mail address.
func address(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

func webAddress(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	return u, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// safe is an address to which something secret can be sent: over TLS, or on this machine.
func safe(s string) bool {
	u, ok := webAddress(s)
	if !ok || u.Scheme == "https" {
		return ok
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
