package mongo

import (
	"context"
	"errors"
	"fmt"

	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"qianshao/config/engine/docs"
)

// codeNamespaceExists is MongoDB's error code for a collection that is there already.
const codeNamespaceExists = 48

func hasCode(err error, code int) bool {
	var s driver.ServerError
	return errors.As(err, &s) && s.HasErrorCode(code)
}

// clean says what was being done and what kind of failure it was, without the text of server and driver, which may quote a document or the address.
func clean(verb string, err error) error {
	var server driver.ServerError
	switch {
	case err == nil:
		return nil
	case driver.IsDuplicateKeyError(err):
		return docs.ErrExists
	case errors.Is(err, driver.ErrNoDocuments):
		return docs.ErrNotFound
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("mongo: %s: %w", verb, context.Canceled)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("mongo: %s: %w", verb, context.DeadlineExceeded)
	case driver.IsTimeout(err):
		return fmt.Errorf("mongo: %s: no answer in time", verb)
	case driver.IsNetworkError(err):
		return fmt.Errorf("mongo: %s: the connection broke", verb)
	case errors.As(err, &server):
		return fmt.Errorf("mongo: %s: the server refused, code %v", verb, server.ErrorCodes())
	}
	return fmt.Errorf("mongo: %s: failed (%T)", verb, err)
}
