package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"
)

// The checks of single values. What they say of a secret never quotes it.

func hostPort(v string) *complaint {
	host, port, err := net.SplitHostPort(v)
	n, perr := strconv.Atoi(port)
	if err != nil || perr != nil || n < 0 || n > 65535 || strings.ContainsAny(host, " /") {
		return complain("“"+v+"”不对，要写 地址:端口，如 127.0.0.1:8080", fmt.Sprintf("%q is not host:port, such as 127.0.0.1:8080", v))
	}
	return nil
}

func opsPort(v string) *complaint {
	if v == "off" {
		return nil
	}
	if bad := hostPort(v); bad != nil {
		return bad
	}
	if !loopback(v) {
		return complain("“"+v+"”不是本机地址，指标不能开在外面，要写 127.0.0.1:端口 或 off", fmt.Sprintf("%q is not a loopback address; write 127.0.0.1:port or off", v))
	}
	return nil
}

// loopback reports whether host:port can be reached from this machine only.
func loopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	return err == nil && loopbackHost(host)
}

func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// clamdAddress is host:port, or the path of a socket.
func clamdAddress(v string) *complaint {
	if strings.HasPrefix(v, "/") {
		return nil
	}
	if hostPort(v) != nil {
		return complain("“"+v+"”不对，要写 主机:端口，如 127.0.0.1:3310，或者套接字的完整路径", fmt.Sprintf("%q is neither host:port, such as 127.0.0.1:3310, nor the whole path of a socket", v))
	}
	return nil
}

func webAddress(v string) *complaint {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return complain("“"+v+"”不对，要写 https://主机名，后面不带路径", fmt.Sprintf("%q is not an address such as https://host, without a path", v))
	}
	if u.Scheme == "http" && !loopbackHost(u.Hostname()) {
		return complain("“"+v+"”不是 https：居民写的会在路上被人看见，工作人员也登不进来", fmt.Sprintf("%q is not https: what residents write could be read on the way, and staff could not sign in", v))
	}
	return nil
}

func cidr(v string) *complaint {
	prefix, err := netip.ParsePrefix(v)
	if err != nil {
		return complain("“"+v+"”不对，要写网段，如 10.0.0.0/8；单个地址写 10.1.2.3/32", fmt.Sprintf("%q is not a CIDR such as 10.0.0.0/8, or 10.1.2.3/32 for one address", v))
	}
	if prefix.Bits() == 0 {
		return complain("“"+v+"”等于谁报的来源都信，验证码就拦不住人了", fmt.Sprintf("%q would believe everybody", v))
	}
	return nil
}

func folder(v string) *complaint {
	info, err := os.Stat(v)
	if err != nil || !info.IsDir() {
		return complain("“"+v+"”不是能打开的文件夹", fmt.Sprintf("%q is not a folder that can be opened", v))
	}
	return nil
}

func file(v string) *complaint {
	info, err := os.Stat(v)
	if err != nil || info.IsDir() {
		return complain("“"+v+"”不是能打开的文件", fmt.Sprintf("%q is not a file that can be opened", v))
	}
	return nil
}

func oneOf(words ...string) func(string) *complaint {
	return func(v string) *complaint {
		if slices.Contains(words, v) {
			return nil
		}
		return complain("“"+v+"”不对，只能写 "+strings.Join(words, "、"), fmt.Sprintf("%q is none of %s", v, strings.Join(words, ", ")))
	}
}

func hexKey(v string) *complaint {
	if len(v) == 64 && strings.Trim(v, "0123456789abcdefABCDEF") == "" {
		return nil
	}
	return complain("不是 64 位十六进制数字", "not 64 hex digits")
}

func ageRecipient(v string) *complaint {
	if r, err := age.ParseRecipients(strings.NewReader(v)); err == nil && len(r) == 1 {
		return nil
	}
	if strings.HasPrefix(strings.ToUpper(v), "AGE-SECRET-KEY") {
		return complain("这是私钥，不能放在服务器上；要写 age1 开头的公钥", "this is the private key, which must not be on the server; write the recipient that starts with age1")
	}
	return complain("不是 age1 开头的公钥", "not an age recipient (age1...)")
}

// address is an engine's address, which may name several hosts.
type address struct {
	*url.URL
	hosts []string
	path  string // without slashes around it
}

// parseAddress takes an engine's address apart; false when it is none. It reports no reason, which would quote a secret.
func parseAddress(v string) (address, bool) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" {
		return address{}, false
	}
	a := address{u, strings.Split(u.Host, ","), strings.Trim(u.Path, "/")}
	for _, h := range a.hosts {
		host, err := url.Parse("//" + h)
		if err != nil || host.Hostname() == "" {
			return address{}, false
		}
	}
	return a, true
}

func mongoAddress(v string) *complaint {
	a, ok := parseAddress(v)
	if !ok || a.Scheme != "mongodb" && a.Scheme != "mongodb+srv" {
		return complain("地址不对，要写 mongodb://用户:密码@主机:端口/库名", "not an address such as mongodb://user:password@host:port/database")
	}
	if a.path == "" || strings.ContainsAny(a.path, `/\. "$`) {
		return complain("地址后面要带库名，如 …/qianshao", "the address must end with a database name, such as .../qianshao")
	}
	return nil
}

func redisAddress(v string) *complaint {
	a, ok := parseAddress(v)
	if !ok || !slices.Contains([]string{"redis", "rediss", "redis-sentinel", "redis-cluster", "redis-clusters"}, a.Scheme) {
		return complain("地址不对，要写 redis://:密码@主机:端口/0，或以 rediss、redis-sentinel、redis-cluster、redis-clusters 开头", "not a redis://, rediss://, redis-sentinel://, redis-cluster:// or redis-clusters:// address")
	}
	if a.Scheme == "redis-sentinel" && a.Query().Get("master") == "" {
		return complain("redis-sentinel 的地址要写明主节点的名字，如 …/0?master=mymaster", "a redis-sentinel address must name the master, such as .../0?master=mymaster")
	}
	if len(a.hosts) > 1 && (a.Scheme == "redis" || a.Scheme == "rediss") {
		return complain("写了好几台主机，应当以 redis-sentinel 或 redis-cluster 开头", "several hosts need redis-sentinel:// or redis-cluster://")
	}
	return nil
}

func s3Address(v string) *complaint {
	a, ok := parseAddress(v)
	if !ok || a.Scheme != "http" && a.Scheme != "https" || len(a.hosts) != 1 {
		return complain("地址不对，要写 https://钥匙:密码@主机:端口/桶?region=地区", "not an address such as https://ACCESS:SECRET@host:port/bucket?region=")
	}
	if password, _ := a.User.Password(); a.User.Username() == "" || password == "" {
		return complain("地址里缺钥匙或密码：https://钥匙:密码@主机/桶", "the access key or the secret is missing: https://ACCESS:SECRET@host/bucket")
	}
	if a.path == "" || strings.Contains(a.path, "/") {
		return complain("地址后面要带一个桶名", "the address must end with one bucket name")
	}
	return nil
}

func mapKey(v string) *complaint {
	if n := len(v); n >= 8 && n <= 128 && !strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil
	}
	return complain("不像地图给的钥匙：8 到 128 个英文字母和数字", "not a key of a map service: 8 to 128 printable characters")
}
