using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Microsoft.Extensions.Options;

namespace Assay.Governance.Keys;

/// <summary>Joins the keys to a host.</summary>
public static class KeyRegistration
{
    /// <summary>Key-encryption keys in files of the home; signing keys where section <c>Keys</c> of the configuration says.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddOptions<KeyOptions>().BindConfiguration("Keys").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(provider => new FileKeyRing(provider.GetRequiredService<AssayHome>().Keys))
            .AddSingleton<IKeyRing>(provider => provider.GetRequiredService<FileKeyRing>())
            .AddSingleton<EncryptionCensus>()
            .AddSingleton<RewrapMeter>()
            .AddScoped<EncryptionKeys>()
            .AddScoped<Rewrapping>()
            .AddSingleton(provider => Ring(provider.GetRequiredService<AssayHome>().Keys, provider.GetRequiredService<IOptions<KeyOptions>>().Value, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ISigningKeys>(provider => provider.GetRequiredService<SigningKeyRing>())
            .AddScoped<ISigningKey>(provider => provider.GetRequiredService<SigningKeyRing>().Current)   // one scope, one version
            .AddScoped<KeyBook>();
    }

    private static SigningKeyRing Ring(string folder, KeyOptions options, TimeProvider clock)
    {
        var files = new FileKeyProvider(folder);
        IKeyProvider[] providers = options.Provider == "pkcs11" ? [new Pkcs11KeyProvider(options), files] : [files];
        return new(folder, providers, clock);
    }
}
