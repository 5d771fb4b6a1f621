using System.Net;
using System.Net.Http.Headers;
using Assay.Governance.Access;

namespace Assay.Tests.Tracking.Mlflow.Files;

/// <summary>Addresses that fetch or store one file without signing in.</summary>
public sealed class SignedAddressTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Proxy = PartClient.Proxy;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signed_address_stores_a_file_of_a_run_and_another_one_fetches_it_in_parts()
    {
        var id = await shared.Client.Run("0");
        var put = (string)(await shared.Client.Post("/artifacts/presigned-upload-url", new { run_id = id, path = "a/b.txt", expiration = 60 }))["presigned_url"]!;
        using (var content = new StringContent("0123456789"))
            Assert.Equal(HttpStatusCode.OK, (await shared.Server.Guest.PutAsync(new Uri(put), content, Cancel)).StatusCode);
        Assert.Equal("0123456789", await shared.Server.Admin.GetStringAsync($"/get-artifact?run_id={id}&path=a/b.txt", Cancel));

        var signed = await shared.Client.Get($"{Proxy}/presigned/0/{id}/artifacts/a/b.txt");
        Assert.Equal(10, (long)signed["file_size"]!);
        using var part = new HttpRequestMessage(HttpMethod.Get, new Uri((string)signed["url"]!));
        part.Headers.Range = new RangeHeaderValue(2, 4);
        using var answer = await shared.Server.Guest.SendAsync(part, Cancel);
        Assert.Equal((HttpStatusCode.PartialContent, "234"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal(HttpStatusCode.Forbidden, (await shared.Server.Guest.GetAsync(new Uri(put), Cancel)).StatusCode);
    }

    [Fact]
    public async Task An_address_is_signed_for_what_there_is_and_for_who_may_have_it()
    {
        var id = await shared.Client.Run("0");
        await shared.Client.IsMissing("No such artifact", $"{Proxy}/presigned/0/{id}/artifacts/none");
        await shared.Client.RefusesValue("'expiration'", "/artifacts/presigned-upload-url", new { run_id = id, path = "a", expiration = 21_601 });
        await shared.Client.RefusesValue("Invalid path", "/artifacts/presigned-upload-url", new { run_id = id, path = "../a" });
        await shared.Client.IsMissing("Run with id=none not found", "/artifacts/presigned-upload-url", new { run_id = "none", path = "a" });
        await shared.Client.Refuses(HttpStatusCode.NotImplemented, "NOT_IMPLEMENTED", "Multipart download is not supported", $"{Proxy}/presigned/registry/model/1/model.pkl");
        var reader = new MlflowClient(await shared.Server.Client(Role.Viewer));
        await reader.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", "/artifacts/presigned-upload-url", new { run_id = id, path = "a" });
        var elsewhere = new MlflowClient(await shared.Server.Client(Role.MlEngineer, "sign-team"));
        await elsewhere.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.read", $"{Proxy}/presigned/0/{id}/artifacts/none");
    }
}
