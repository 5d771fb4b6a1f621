using System.ComponentModel;
using System.Diagnostics;
using Assay.EndToEnd.Processes;
using Assay.Tests;

namespace Assay.EndToEnd.SignIn;

/// <summary>The npm package oidc-provider, a certified OpenID provider, in a process of its own.</summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    private const string Package = "oidc-provider@9.13.3";

    private readonly TemporaryFolder _folder;
    private readonly int _port;
    private AssayProcess? _process;

    private OidcProvider(TemporaryFolder folder, int port) => (_folder, _port) = (folder, port);

    public string Authority => $"http://127.0.0.1:{_port}";

    /// <summary>Installs it; skips the test where npm can't.</summary>
    public static async Task<OidcProvider> Install()
    {
        var folder = new TemporaryFolder();
        folder.Write("package.json", """{ "type": "module" }""");
        folder.Write("provider.mjs", await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "SignIn", "provider.mjs"), TestContext.Current.CancellationToken));
        var trouble = await Npm(folder.Path);
        if (trouble is not null)
            folder.Dispose();
        Assert.SkipWhen(trouble is not null, $"npm could not install {Package}: {trouble}");
        return new(folder, FreePort.Find());
    }

    /// <summary>Starts it for an Assay at that address.</summary>
    public async Task Start(Uri assay)
    {
        _process = AssayProcess.Start("node", [Path.Combine(_folder.Path, "provider.mjs"), $"{_port}", new Uri(assay, "/session/oidc/callback").ToString()]);
        await _process.WaitForLine("listening", TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<string?> Npm(string folder)
    {
        try
        {
            var start = new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", Package])
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using var npm = Process.Start(start)!;
            _ = npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
            return npm.ExitCode == 0 ? null : error;
        }
        catch (Win32Exception)
        {
            return "npm is not installed.";
        }
    }
}
