using System.Diagnostics;
using System.Runtime.CompilerServices;
using Assay.Governance.Keys;
using Assay.Registry;

namespace Assay.Tests.Registry;

/// <summary>The public sigstore libraries for JavaScript accept our signatures, without a network.</summary>
public sealed class SigstoreTests : IDisposable
{
    public static readonly string[] Packages = ["@sigstore/verify@3.1.1", "@sigstore/bundle@4.0.0"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_public_verifier_accepts_a_signed_folder_and_refuses_a_changed_one()
    {
        await InstallVerifier();
        Directory.CreateDirectory(_folder["churn"]);
        await File.WriteAllTextAsync(_folder["churn/model.onnx"], "graph", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["churn/schema.json"], "{}", TestContext.Current.CancellationToken);
        using var key = new FileSigningKey(_folder.Path);
        var root = SignedFolder.Sign(_folder["churn"], key);

        var accepted = await Run("node", "verify-with-sigstore.mjs", "churn");
        Assert.Equal((0, root.Hex), (accepted.Code, accepted.Output.Trim()));

        var bundle = await File.ReadAllTextAsync(_folder["churn/model.sig"], TestContext.Current.CancellationToken);
        var start = bundle.IndexOf("\"payload\":\"", StringComparison.Ordinal) + 40;
        var changed = bundle[..start] + (bundle[start] == 'A' ? 'B' : 'A') + bundle[(start + 1)..];
        await File.WriteAllTextAsync(_folder["churn/model.sig"], changed, TestContext.Current.CancellationToken);
        var refused = await Run("node", "verify-with-sigstore.mjs", "churn");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("SIGNATURE_ERROR", refused.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_folder["churn/model.sig"], bundle, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["churn/model.onnx"], "other", TestContext.Current.CancellationToken);
        Assert.Contains("model.onnx is not the file that was signed", (await Run("node", "verify-with-sigstore.mjs", "churn")).Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task InstallVerifier([CallerFilePath] string here = "")
    {
        if (!IsInstalled("node") || !IsInstalled("npm"))
            Assert.Skip("Node and npm are not installed; with them this test verifies a signature by @sigstore/verify.");
        File.Copy(Path.Combine(Path.GetDirectoryName(here)!, "verify-with-sigstore.mjs"), _folder["verify-with-sigstore.mjs"]);
        var installed = await Run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", .. Packages]);
        if (installed.Code != 0)
            Assert.Skip($"The npm packages of @sigstore/verify can't be installed here: {installed.Output}");
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task<(int Code, string Output)> Run(string program, params string[] arguments)
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
}
