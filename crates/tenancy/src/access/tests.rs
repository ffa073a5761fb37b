//! Behaviour of log-ins and keys is shown through the router in the server's tests.
