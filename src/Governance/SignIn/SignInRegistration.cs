using System.Diagnostics.Metrics;
using Assay.Kernel.Homes;

namespace Assay.Governance.SignIn;

/// <summary>Sessions and passwords.</summary>
internal static class SignInRegistration
{
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services
        .AddSingleton(provider => SignInMacs.Of(provider.GetRequiredService<AssayHome>()))
        .AddSingleton<SessionTickets>()
        .AddSingleton<SignInThrottle>()
        .AddSingleton<Sessions>()
        .AddSingleton<PasswordCallers>()
        .AddSingleton(provider => PasswordHashes.Of(provider.GetRequiredService<AssayHome>(), provider.GetRequiredService<IMeterFactory>()))
        .AddScoped<Lockout>()
        .AddScoped<PasswordSignIn>()
        .AddScoped<ChoosePassword>()
        .AddScoped<UserPasswords>()
        .AddScoped<Deactivation>();
}
