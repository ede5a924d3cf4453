package api

import (
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// seal makes the token of a tip, which nobody else can make or read.
func (o *Open311) seal(tip intake.TipID) (string, error) {
	sealed, err := o.Vault.Seal("gateway token", "", []byte(tip))
	if err != nil {
		return "", fmt.Errorf("api: token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func (o *Open311) open(token string) (intake.TipID, error) {
	unknown := fault.New(fault.NotFound, "geo.token").On("token")
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", unknown
	}
	tip, err := o.Vault.Open("gateway token", "", vault.Sealed(sealed))
	if err != nil {
		return "", unknown
	}
	return intake.TipID(tip), nil
}

// token is GET tokens/TOKEN: the id once the worker has put the tip into a case.
func (o *Open311) token(c *gin.Context) error {
	text, err := named(c, "token")
	if err == nil {
		err = o.jurisdiction(c.Query("jurisdiction_id"))
	}
	if err != nil {
		return err
	}
	tip, err := o.open(text)
	if err != nil {
		return err
	}
	r := receipt{Token: text}
	switch _, err := o.Cases.ByTip(c.Request.Context(), tip); {
	case err == nil:
		// Made from the tip by a key: it says nothing of it, and is the same whenever one asks.
		r.ID = strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(o.Vault.MAC("service request", []byte(tip))[:10]))
	case !errors.Is(err, docs.ErrNotFound):
		return fmt.Errorf("api: token: %w", err)
	}
	return private(c, http.StatusOK, accepted{Requests: []receipt{r}})
}
