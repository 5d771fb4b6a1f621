using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Assay.Registry;
using Assay.Serve;
using Assay.Tests.Registry;
using Assay.Tests.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Assay.Tests.Inference;

/// <summary>What <c>assay serve</c> is told as <c>oci://…</c> and <c>oci-layout:…</c>, from the platform's own registry and from others.</summary>
public sealed class ArtifactPullTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Token => File.ReadAllText(_server.Home.AdminTokenFile).Trim();

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        await ServingHost.Register(_server, bias: -2);
        await ServingHost.Register(_server, bias: 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_version_of_the_platforms_registry_is_pulled_with_its_signature_and_served()
    {
        LogIn(_server.Address.Authority, $"anybody:{Token}");
        var image = await Pull($"oci://{_server.Address.Authority}/default/churn:2-image");
        var key = await File.ReadAllTextAsync(Path.Combine(image.Folder, SignedFolder.PublicKeyFile), Cancel);
        var pulled = await Pull($"oci://{_server.Address.Authority}/churn:2");
        Assert.Equal(("churn", "2"), (pulled.Name, pulled.Version));
        Assert.True(SignedFolder.Verify(pulled.Folder, key).Verified, SignedFolder.Verify(pulled.Folder, key).Problem);
        Assert.Equal(SignedFolder.RootOf(image.Folder), SignedFolder.RootOf(pulled.Folder));
        var same = await Pull($"oci://{_server.Address.Authority}/churn@{pulled.Manifest}");
        Assert.Equal((pulled.Manifest, "2"), (same.Manifest, same.Version));

        await using var serving = await ServeHost.Start(new ServeOptions(pulled.Folder, 0, Name: pulled.Name, Version: pulled.Version!), Cancel);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(serving.Addresses.Predict, new StringContent("""[[30,500,"plus"]]""", Encoding.UTF8, "application/json"), Cancel);
        var predictions = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("predictions");
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), predictions[0].GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Without_credentials_it_is_said_how_to_sign_in_and_a_wrong_name_or_digest_is_no_model()
    {
        var refused = await Assert.ThrowsAsync<IOException>(() => Pull($"oci://{_server.Address.Authority}/churn:1"));
        Assert.Contains($"Sign in with 'docker login {_server.Address.Authority}'", refused.Message, StringComparison.Ordinal);
        LogIn(_server.Address.Authority, $"anybody:{Token}");
        foreach (var reference in new[] { ":nothing", $"@sha256:{new string('0', 64)}" })
        {
            var missing = await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci://{_server.Address.Authority}/churn{reference}"));
            Assert.Contains("there is no manifest", missing.Message, StringComparison.Ordinal);
        }

        foreach (var word in new[] { "oci://", "oci://host", "oci://user:secret@host/x:1", "oci://host/UPPER:1", "oci://host/x:1?a=b", "oci://host/../x:1" })
            await Assert.ThrowsAsync<InvalidDataException>(() => Pull(word));
    }

    [Fact]
    public async Task A_helper_program_is_asked_for_credentials_as_docker_asks_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the helper here is a shell script");
        var registry = _server.Address.Authority;
        WriteHelper("kept", $$"""read asked; [ "$1 $asked" = "get {{registry}}" ] || exit 3; echo '{"ServerURL":"x","Username":"anybody","Secret":"{{Token}}"}'""");
        WriteHelper("empty", "echo 'credentials not found in native keychain'; exit 1");
        WriteHelper("broken", "echo 'the secret is hunter2'; exit 7");
        WriteHelper("other", """echo '{"Username":"<token>","Secret":"refresh"}'""");
        foreach (var config in new[] { $$"""{"credHelpers":{"{{registry}}":"kept"},"auths":{"{{registry}}":{"auth":"eDp5"} } }""", $$"""{"credsStore":"kept","auths":{"{{registry}}":{} } }""" })
        {
            await File.WriteAllTextAsync(_folder["auth.json"], config, Cancel);
            Assert.Equal("2", (await Pull($"oci://{registry}/churn:2")).Version);
        }

        await File.WriteAllTextAsync(_folder["auth.json"], """{"credsStore":"empty"}""", Cancel);
        Assert.Contains("Sign in with 'docker login", (await Assert.ThrowsAsync<IOException>(() => Pull($"oci://{registry}/churn:2"))).Message, StringComparison.Ordinal);
        foreach (var (helper, words) in new[] { ("broken", "failed with the code 7"), ("other", "a token for"), ("absent", "is not on the PATH"), ("../x", "is no name of one") })
        {
            await File.WriteAllTextAsync(_folder["auth.json"], $$"""{"credsStore":"{{helper}}"}""", Cancel);
            var refused = await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci://{registry}/churn:2"));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_layout_is_read_by_tag_and_digest_and_what_is_not_of_its_digest_is_not_taken()
    {
        var (layout, manifest) = await WriteLayout();
        foreach (var word in new[] { layout, $"{layout}:v1", $"{layout}@{manifest}" })
        {
            var pulled = await Pull($"oci-layout:{word}");
            Assert.Equal(("layout", manifest, "1"), (pulled.Name, pulled.Manifest.ToString(), pulled.Version));
            Assert.True(File.Exists(Path.Combine(pulled.Folder, "model.sig")), "the signature is a referrer, and comes along");
        }

        var model = JsonElement.Parse(await File.ReadAllTextAsync(BlobOf(layout, manifest), Cancel)).GetProperty("layers").EnumerateArray()
            .First(layer => layer.GetProperty("annotations").GetProperty("org.opencontainers.image.title").GetString() == "model.onnx").GetProperty("digest").GetString()!;
        var bytes = await File.ReadAllBytesAsync(BlobOf(layout, model), Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(BlobOf(layout, model), bytes, Cancel);
        Assert.Contains($"what came as {model}", (await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci-layout:{layout}:v1"))).Message, StringComparison.Ordinal);
        await File.AppendAllTextAsync(BlobOf(layout, manifest), " ", Cancel);
        Assert.Contains("holds something else", (await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci-layout:{layout}:v1"))).Message, StringComparison.Ordinal);
        Assert.Contains("is no OCI layout", (await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci-layout:{_folder.Path}"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layout_without_its_signature_says_that_it_was_not_copied_along()
    {
        var (layout, _) = await WriteLayout();
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(layout, "index.json"), Cancel))!;
        index["manifests"] = new JsonArray(index["manifests"]![0]!.DeepClone());   // as skopeo writes it
        await File.WriteAllTextAsync(Path.Combine(layout, "index.json"), index.ToJsonString(), Cancel);
        using var sources = new ServeSources("any");

        var refused = await Assert.ThrowsAsync<ServeRefusedException>(() => sources.Add(new(), $"oci-layout:{layout}:v1", Cancel));

        Assert.StartsWith($"oci-layout:{layout}:v1 is not served: there is no signature with it", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'oras copy -r'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("assay-serve-", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_without_TLS_is_named_with_the_inner_reason()
    {
        var refused = await Assert.ThrowsAsync<IOException>(() => ArtifactPull.Pull(
            $"oci://{_server.Address.Authority}/churn:2", Directory.CreateDirectory(_folder["no-tls"]).FullName, plainHttp: false, Environment, Cancel));

        Assert.DoesNotContain("inner exception", refused.Message, StringComparison.Ordinal);
        Assert.Contains("no TLS with it: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--plain-http", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_with_a_token_service_gets_a_token_and_no_password_goes_elsewhere()
    {
        var (layout, manifest) = await WriteLayout();
        var seen = new List<string>();
        await using var registry = await TokenRegistry(layout, manifest, seen);
        var authority = new Uri(registry.Urls.First()).Authority;
        LogIn(authority, "reader:correct horse");
        var pulled = await Pull($"oci://{authority}/team/churn:v1");
        Assert.Equal(manifest, pulled.Manifest.ToString());
        Assert.True(File.Exists(Path.Combine(pulled.Folder, "model.sig")), "the referrer stands in the index under the tag of the digest");
        Assert.Contains("/token?scope=repository%3Ateam%2Fchurn%3Apull&service=here Basic", seen);
        Assert.All(seen.Where(line => line.StartsWith("/v2/", StringComparison.Ordinal)), line => Assert.DoesNotContain("Basic", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_manifest_that_says_too_much_is_refused_before_anything_is_fetched()
    {
        var (layout, manifest) = await WriteLayout();
        var document = JsonNode.Parse(await File.ReadAllTextAsync(BlobOf(layout, manifest), Cancel))!;
        document["layers"]![0]!["size"] = (1L << 30) + 1;
        Assert.Contains("A blob has at most 1 GiB", (await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci-layout:{layout}@{Add(layout, document)}"))).Message, StringComparison.Ordinal);
        document["layers"]![0]!["size"] = 3;
        Assert.Contains("is something else", (await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci-layout:{layout}@{Add(layout, document)}"))).Message, StringComparison.Ordinal);
        document["layers"] = new JsonArray();
        document["config"]!["mediaType"] = "application/vnd.example";
        document["artifactType"] = "application/vnd.example";
        Assert.Contains("is no model", (await Assert.ThrowsAsync<InvalidDataException>(() => Pull($"oci-layout:{layout}@{Add(layout, document)}"))).Message, StringComparison.Ordinal);
    }

    private Task<PulledArtifact> Pull(string word) =>
        ArtifactPull.Pull(word, Directory.CreateDirectory(_folder[$"pulled-{Guid.NewGuid():N}"]).FullName, plainHttp: true, Environment, Cancel);

    private string? Environment(string name) => name switch
    {
        "REGISTRY_AUTH_FILE" => _folder["auth.json"],
        "PATH" => _folder.Path,
        _ => null,
    };

    private void WriteHelper(string name, string script)
    {
        var path = _folder[$"docker-credential-{name}"];
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private void LogIn(string registry, string pair) =>
        File.WriteAllText(_folder["auth.json"], new JsonObject { ["auths"] = new JsonObject { [registry] = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)) } } }.ToJsonString());

    private static string BlobOf(string layout, string digest) => Path.Combine(layout, "blobs", "sha256", digest[7..]);

    private static string Add(string layout, JsonNode manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        File.WriteAllBytes(BlobOf(layout, Digest.Of(bytes).ToString()), bytes);
        return Digest.Of(bytes).ToString();
    }

    /// <summary>The first version with its signature as a layout, as tools write one that copy referrers.</summary>
    private async Task<(string Layout, string Manifest)> WriteLayout()
    {
        var layout = _folder["layout"];
        Directory.CreateDirectory(Path.Combine(layout, "blobs", "sha256"));
        await File.WriteAllTextAsync(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", Cancel);
        var client = new OciClient(_server.Admin, "default/churn");
        var digest = await Copy(client, layout, "1");
        var index = new JsonArray(new JsonObject { ["mediaType"] = OciClient.Manifest, ["digest"] = digest, ["size"] = 1, ["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "v1" } });
        foreach (var referrer in (await client.Json($"/referrers/{digest}")).GetProperty("manifests").EnumerateArray())
            index.Add(new JsonObject { ["mediaType"] = OciClient.Manifest, ["digest"] = await Copy(client, layout, referrer.GetProperty("digest").GetString()!), ["size"] = 1 });
        await File.WriteAllTextAsync(Path.Combine(layout, "index.json"), new JsonObject { ["schemaVersion"] = 2, ["manifests"] = index }.ToJsonString(), Cancel);
        return (layout, digest);
    }

    private static async Task<string> Copy(OciClient client, string layout, string reference)
    {
        using var answer = await client.Get($"/manifests/{reference}");
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        await File.WriteAllBytesAsync(BlobOf(layout, Digest.Of(bytes).ToString()), bytes, Cancel);
        var document = JsonElement.Parse(Encoding.UTF8.GetString(bytes));
        foreach (var layer in document.GetProperty("layers").EnumerateArray())
        {
            var digest = layer.GetProperty("digest").GetString()!;
            using var blob = await client.Get($"/blobs/{digest}");
            await File.WriteAllBytesAsync(BlobOf(layout, digest), await blob.Content.ReadAsByteArrayAsync(Cancel), Cancel);
        }

        return Digest.Of(bytes).ToString();
    }

    // A registry elsewhere, as older ones are: tokens, and referrers in an index under a tag.
    private static async Task<WebApplication> TokenRegistry(string layout, string manifest, List<string> seen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(async http =>
        {
            var authorization = http.Request.Headers.Authorization.ToString();
            lock (seen)
                seen.Add($"{http.Request.Path}{http.Request.QueryString} {authorization.Split(' ')[0]}");
            if (http.Request.Path == "/token")
            {
                http.Response.StatusCode = authorization == $"Basic {Convert.ToBase64String("reader:correct horse"u8)}" ? 200 : 401;
                await http.Response.WriteAsJsonAsync(new { token = "opaque" }, Cancel);
                return;
            }

            if (authorization != "Bearer opaque")
            {
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{http.Request.Host}/token\",service=\"here\"";
                return;
            }

            var last = http.Request.Path.Value!.Split('/')[^1];
            var path = last.StartsWith("sha256-", StringComparison.Ordinal) ? Path.Combine(layout, "index.json") : BlobOf(layout, last == "v1" ? manifest : last.PadRight(7));
            if (http.Request.Path.Value.Contains("/referrers/", StringComparison.Ordinal) || !File.Exists(path))
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            else
                await http.Response.Body.WriteAsync(await File.ReadAllBytesAsync(path, Cancel), Cancel);
        });
        await app.StartAsync(Cancel);
        return app;
    }
}
