using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;

namespace Assay.Governance.Keys;

/// <summary>Joins the keys to a host.</summary>
public static class KeyRegistration
{
    /// <summary>Keys in files of the home, made at first use.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services) => services
        .AddSingleton<IKeyRing>(provider => new FileKeyRing(provider.GetRequiredService<AssayHome>().Keys))
        .AddSingleton<ISigningKey>(provider => new FileSigningKey(provider.GetRequiredService<AssayHome>().Keys));
}
