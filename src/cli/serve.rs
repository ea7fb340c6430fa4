//! `bigdecoder serve`: the appliance itself.

use std::{
    future::Future,
    net::{IpAddr, SocketAddr, TcpListener},
    time::{Duration, SystemTime},
};

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    appliance::{self, Opened},
    settings::Flags,
};
use crate::{
    advisor::{Advisor, idle::Settled},
    config::Config,
    telemetry, web,
    web::tls::{self, Material},
};

/// Idle visits are looked for this often; half an hour need not be met to the second.
const LOOK_FOR_IDLE: Duration = Duration::from_mins(1);

pub(super) fn run(flags: &Flags) -> anyhow::Result<()> {
    let config = flags.load()?;
    telemetry::start(&config.log).context("`log` is no valid filter")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(&config))
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    // From here on a signal ends it in order, also before the first request.
    let told = stop()?;
    let socket = TcpListener::bind(config.listen)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = socket.local_addr()?;
    let opened = Opened::open(config)?;
    let store = opened.store.clone();
    let chain = appliance::chain(config, &opened.clock)?;
    let advisor = appliance::assemble(opened, chain).await?;
    let interrupted = advisor.mark_interrupted().await?;
    if interrupted > 0 {
        tracing::info!(interrupted, "strategies were cut short by the last stop");
    }
    let material = material(config, address)?;
    let state = web::state(
        advisor.clone(),
        hosts(config, address),
        material.is_some(),
        config.lift_limits,
        material.as_ref().map(|material| material.ca_pem.clone()),
    );
    announce(config, address, material.as_ref(), &advisor).await?;
    let closing = advisor.clone();
    let stopped = async move {
        told.await;
        tracing::info!("stopping");
        // Live streams never end by themselves; this ends them.
        closing.live().close(closing.now_ms());
    };
    let idle = tokio::spawn(settle_idle(advisor.clone()));
    let tls = material.map(|material| material.config);
    let served = web::listen::serve(socket, tls, web::router(state), stopped).await;
    idle.abort();
    // Every mark outside the database makes a cut-off chain show; then the logs are emptied.
    advisor.mark_audit().await?;
    store.close().await?;
    Ok(served?)
}

/// Pauses and abandons visits that nobody goes on with, as long as the appliance runs.
async fn settle_idle(advisor: Advisor) {
    let mut every = tokio::time::interval(LOOK_FOR_IDLE);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match advisor.settle_idle().await {
            Ok(settled) if settled == Settled::default() => {}
            Ok(Settled { paused, abandoned }) => {
                tracing::info!(paused, abandoned, "idle visits were settled");
            }
            Err(error) => tracing::warn!(%error, "idle visits could not be settled"),
        }
    }
}

/// Says where the appliance is reached, on standard output: set-up links are no log lines.
async fn announce(
    config: &Config,
    address: SocketAddr,
    material: Option<&Material>,
    advisor: &Advisor,
) -> anyhow::Result<()> {
    let url = url(config, address, material.is_some());
    println!("Listening on {url}");
    if let Some(material) = material {
        println!("Root certificate, SHA-256: {}", material.fingerprint);
    }
    if let Some(secret) = advisor.begin_setup().await? {
        println!("Set up the appliance once at {url}/setup?key={}", secret.0);
    }
    Ok(())
}

/// The names by which requests may call the appliance, as they stand in a `Host` header.
fn hosts(config: &Config, address: SocketAddr) -> Vec<String> {
    let mut hosts = config.names.clone();
    match address.ip() {
        ip if ip.is_unspecified() => {}
        IpAddr::V4(ip) => hosts.push(ip.to_string()),
        IpAddr::V6(ip) => hosts.push(format!("[{ip}]")),
    }
    hosts
}

/// Where people find it: by its first name if the certificate holds it.
fn url(config: &Config, address: SocketAddr, secure: bool) -> String {
    let scheme = if secure { "https" } else { "http" };
    match config.names.first() {
        Some(name) if secure => format!("{scheme}://{name}:{}", address.port()),
        _ => format!("{scheme}://{address}"),
    }
}

/// `None` on loopback, where the appliance speaks plain HTTP.
fn material(config: &Config, address: SocketAddr) -> anyhow::Result<Option<Material>> {
    if address.ip().is_loopback() {
        return Ok(None);
    }
    let names = tls::names(&config.names, address.ip()).context(
        "`listen` is every address of this machine: \
         say in `names` by which name or address it is reached",
    )?;
    let dir = config.data_dir.join("tls");
    Ok(Some(Material::load_or_make(
        &dir,
        &names,
        SystemTime::now(),
    )?))
}

/// Done when the process is told to end.
fn stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(names: &str) -> Config {
        let names = ("BIGDECODER_NAMES".to_owned(), names.to_owned());
        Config::load(None, [names], &[]).unwrap()
    }

    #[test]
    fn it_is_called_by_its_names_and_its_address() {
        for (at, hosts_wanted, url_wanted) in [
            (
                "127.0.0.1:8000",
                &["salon.lan", "127.0.0.1"][..],
                "http://127.0.0.1:8000",
            ),
            (
                "10.0.0.5:8443",
                &["salon.lan", "10.0.0.5"],
                "https://salon.lan:8443",
            ),
            (
                "[fd00::5]:8443",
                &["salon.lan", "[fd00::5]"],
                "https://salon.lan:8443",
            ),
            ("0.0.0.0:8443", &["salon.lan"], "https://salon.lan:8443"),
        ] {
            let address: SocketAddr = at.parse().unwrap();
            let config = config("salon.lan");
            assert_eq!(hosts(&config, address), hosts_wanted, "{at}");
            let secure = !address.ip().is_loopback();
            assert_eq!(url(&config, address, secure), url_wanted, "{at}");
        }
    }

    #[test]
    fn every_address_needs_a_name() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().display().to_string();
        let config = Config::load(None, [], &[("data_dir", data)]).unwrap();
        let at = |address: &str| material(&config, address.parse().unwrap());
        assert!(at("127.0.0.1:1").unwrap().is_none());
        assert!(at("0.0.0.0:1").unwrap_err().to_string().contains("`names`"));
        assert!(at("10.0.0.5:1").unwrap().is_some());
        assert!(dir.path().join("tls/ca.pem").exists());
    }
}
