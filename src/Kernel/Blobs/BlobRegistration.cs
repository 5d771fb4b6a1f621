using Assay.Kernel.Homes;
using Microsoft.Extensions.Hosting;

namespace Assay.Kernel.Blobs;

/// <summary>Joins the blobs to a host.</summary>
public static class BlobRegistration
{
    /// <summary>Encrypted blobs in the home's folder. Needs an <see cref="IKeyRing"/>.</summary>
    public static IServiceCollection AddBlobs(this IServiceCollection services) => services
        .AddSingleton(provider => new LocalBlobStore(provider.GetRequiredService<AssayHome>().Blobs, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IBlobStore>(provider => provider.GetRequiredService<LocalBlobStore>())
        .AddSingleton<IBlobs, EncryptedBlobs>()
        .AddSingleton<BlobKeys>()
        .AddHostedService<AbandonedDrafts>();

    private sealed class AbandonedDrafts(LocalBlobStore store) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            store.RemoveAbandonedDrafts();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
