//! The hub: registry, leases, jobs, library, event log, web API and page.
