//! `bigdecoder serve`: the appliance itself.

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    time::SystemTime,
};

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    appliance::{self, Opened},
    settings::Flags,
};
use crate::{
    advisor::Advisor,
    config::Config,
    telemetry, web,
    web::tls::{self, Material},
};

pub(super) fn run(flags: &Flags) -> anyhow::Result<()> {
    let config = flags.load()?;
    telemetry::start(&config.log).context("`log` is no valid filter")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(&config))
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let socket = TcpListener::bind(config.listen)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = socket.local_addr()?;
    let opened = Opened::open(config)?;
    let store = opened.store.clone();
    let chain = appliance::chain(config, &opened.clock)?;
    let advisor = appliance::assemble(opened, chain).await?;
    let material = material(config, address)?;
    let state = web::state(
        advisor.clone(),
        config.names.iter().cloned().chain([address.ip().to_string()]),
        material.is_some(),
        config.lift_limits,
        material.as_ref().map(|material| material.ca_pem.clone()),
    );
    announce(config, address, material.as_ref(), &advisor).await?;
    let closing = advisor.clone();
    let told = stop()?;
    let stopped = async move {
        told.await;
        tracing::info!("stopping");
        // Live streams never end by themselves; this ends them.
        closing.live().close(closing.now_ms());
    };
    let tls = material.map(|material| material.config);
    let served = web::listen::serve(socket, tls, web::router(state), stopped).await;
    // Every mark outside the database makes a cut-off chain show; then the logs are emptied.
    advisor.mark_audit().await?;
    store.close().await?;
    Ok(served?)
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
    Ok(Some(Material::load_or_make(&dir, &names, SystemTime::now())?))
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
