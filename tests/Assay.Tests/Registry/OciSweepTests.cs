using System.Net;
using System.Text;
using Assay.Kernel;
using Assay.Registry.Oci.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Registry;

/// <summary>What nobody finishes or names is forgotten.</summary>
public sealed class OciSweepTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idle_uploads_and_blobs_that_no_manifest_names_are_forgotten_and_named_ones_stay()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var client = new OciClient(server.Admin, "default/swept");
        var (kept, unnamed) = (Encoding.UTF8.GetBytes("kept"), Encoding.UTF8.GetBytes("unnamed"));
        var upload = await client.Begin();
        await client.Upload(kept);
        await client.Upload(unnamed);
        await server.Tamper($"UPDATE registry_oci_blobs SET named = {(server.Database.Postgres is null ? "1" : "TRUE")} WHERE digest = '{Digest.Of(kept)}'");
        var sweep = server.Services.GetServices<IHostedService>().OfType<SweepUploads>().Single();

        clock.Ahead = TimeSpan.FromMinutes(50);
        await sweep.Sweep(Cancel);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.GetAsync(upload, Cancel)).StatusCode);

        clock.Ahead = TimeSpan.FromHours(23);
        await sweep.Sweep(Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync(upload, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.Head($"/blobs/{Digest.Of(unnamed)}")).StatusCode);

        clock.Ahead = TimeSpan.FromHours(25);
        await sweep.Sweep(Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await client.Head($"/blobs/{Digest.Of(unnamed)}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.Head($"/blobs/{Digest.Of(kept)}")).StatusCode);
    }
}
