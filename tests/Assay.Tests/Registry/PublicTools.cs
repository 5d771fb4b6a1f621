using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Assay.Tests.Registry;

/// <summary>A folder with the public sigstore libraries for JavaScript, installed once; tests that need them are skipped where they can't be had.</summary>
public sealed class PublicTools : IAsyncLifetime
{
    public static readonly string[] Packages = ["@sigstore/verify@3.1.1", "@sigstore/bundle@4.0.0"];

    private readonly TemporaryFolder _folder = new();
    private string? _missing;

    /// <summary>A path in the folder.</summary>
    public string this[string name] => _folder[name];

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled("node") || !IsInstalled("npm"))
        {
            _missing = "Node and npm are not installed; with them this test verifies signatures by @sigstore/verify.";
            return;
        }

        foreach (var script in Directory.EnumerateFiles(Here(), "*.mjs"))
            File.Copy(script, _folder[Path.GetFileName(script)]);
        var installed = await Npm(Packages);
        if (installed.Code != 0)
            _missing = $"The npm packages of @sigstore/verify can't be installed here: {installed.Output}";
    }

    /// <summary>Adds packages; skips the test, saying why, when they can't be had.</summary>
    public async Task Install(params string[] packages)
    {
        Require();
        var installed = await Npm(packages);
        if (installed.Code != 0)
            Assert.Skip($"The npm packages {string.Join(", ", packages)} can't be installed here: {installed.Output}");
    }

    private Task<(int Code, string Output)> Npm(IEnumerable<string> packages) =>
        Run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", .. packages]);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips the test, saying why, when the tools can't be had.</summary>
    public void Require()
    {
        if (_missing is not null)
            Assert.Skip(_missing);
    }

    /// <summary>Runs a program in the folder.</summary>
    public async Task<(int Code, string Output)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
