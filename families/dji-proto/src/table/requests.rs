//! Questions of the device.

super::rows! { Requests
    "airport_bind_status" [D1 D2 D3] "organization" [];
    "airport_organization_bind" [D1 D2 D3] "organization" [];
    "airport_organization_get" [D1 D2 D3] "organization" [];
    "config" [D1 D2 D3] "config" [];
    "flight_areas_get" [D1 D2 D3] "custom-flight-area" [];
    "flighttask_progress_get" [D2 D3] "wayline" [];
    "flighttask_resource_get" [D1 D2 D3] "wayline" [];
    "storage_config_get" [D1 D2 D3] "file" [];
}
