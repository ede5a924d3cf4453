package enginetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// The server that the tests of this process share.
var sharedMinIO = sync.OnceValues(startMinIO)

// MinIO gives the address of a bucket of this test's own, which does not exist yet: on the S3 server of QIANSHAO_TEST_S3 (http(s)://ACCESS:SECRET@host:port),
// else on a real MinIO, which is started once for a test process.
func MinIO(t testing.TB) string {
	t.Helper()
	address := os.Getenv("QIANSHAO_TEST_S3")
	foreign := address != ""
	if !foreign {
		var err error
		if address, err = sharedMinIO(); err != nil {
			t.Fatalf("enginetest: start MinIO: %v", err)
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("enginetest: QIANSHAO_TEST_S3 must read http(s)://ACCESS:SECRET@host:port")
	}
	bucket := "qianshao-" + strings.ToLower(rand.Text())
	u.Path = "/" + bucket
	if foreign {
		t.Cleanup(func() { removeBucket(t, u, bucket) })
	}
	return u.String()
}

func startMinIO() (string, error) {
	binary, err := cached("minio")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "qianshao-minio-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	console, err := freePort()
	if err != nil {
		return "", err
	}
	user, secret := rand.Text(), rand.Text()
	env := []string{"MINIO_ROOT_USER=" + user, "MINIO_ROOT_PASSWORD=" + secret, "MINIO_UPDATE=off", "MINIO_BROWSER=off", "HOME=" + dir}
	p, err := start(dir, dir, env, binary, "server", "--quiet", "--address", "127.0.0.1:"+port, "--console-address", "127.0.0.1:"+console,
		filepath.Join(dir, "data"))
	if err != nil {
		return "", err
	}
	c, err := minio.New("127.0.0.1:"+port, &minio.Options{Creds: credentials.NewStaticV4(user, secret, ""), MaxRetries: 1})
	if err != nil {
		return "", err
	}
	// Not the health page, which is content before the server is.
	err = p.ready(func() error {
		_, err := c.ListBuckets(context.Background())
		return err
	})
	return fmt.Sprintf("http://%s:%s@127.0.0.1:%s", user, secret, port), err
}

// removeBucket takes a test's bucket away from a server that stays.
func removeBucket(t testing.TB, u *url.URL, bucket string) {
	secret, _ := u.User.Password()
	c, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: u.Scheme == "https"})
	if err == nil {
		err = c.RemoveBucketWithOptions(context.Background(), bucket, minio.RemoveBucketOptions{ForceDelete: true})
	}
	if err != nil && minio.ToErrorResponse(err).Code != "NoSuchBucket" {
		t.Errorf("enginetest: remove bucket %s: %v", bucket, err)
	}
}

// cached finds a server that .ci/servers built.
func cached(name string) (string, error) {
	cache := os.Getenv("QIANSHAO_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		cache = filepath.Join(home, ".cache", "qianshao")
	}
	binary := filepath.Join(cache, "bin", name)
	if _, err := os.Stat(binary); err != nil {
		return "", fmt.Errorf("%w: build it with: make servers", err)
	}
	return binary, nil
}
