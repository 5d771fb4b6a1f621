using System.Net;
using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow.Files;

/// <summary>Sends files in parts as MLflow's clients do: the parts by somebody who is not signed in.</summary>
internal sealed class PartClient(MlflowClient client, HttpClient guest)
{
    public const string Proxy = "/api/2.0/mlflow-artifacts";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task<JsonObject> Begin(string folder, string name, int parts) =>
        client.Post($"{Proxy}/mpu/create/{folder}", new { path = $"/home/me/work/{name}", num_parts = parts });

    /// <summary>Sends a part and returns what the client names it by.</summary>
    public async Task<object> Send(JsonObject begun, int number, byte[] bytes)
    {
        using var answer = await Put(Address(begun, number), bytes);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new { part_number = number, etag = answer.Headers.ETag!.Tag };
    }

    public static string Address(JsonObject begun, int number) => (string)begun["credentials"]![number - 1]!["url"]!;

    public async Task<HttpResponseMessage> Put(string address, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        return await guest.PutAsync(new Uri(address), content, Cancel);
    }

    public static object End(JsonObject begun, string name, params object[] parts) => new { path = name, upload_id = (string)begun["upload_id"]!, parts };
}
