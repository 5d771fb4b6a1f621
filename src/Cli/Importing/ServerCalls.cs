using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Assay.Cli.CommandLine;

namespace Assay.Cli.Importing;

/// <summary>Calls the API of an MLflow server, as whom the variables of its clients say.</summary>
internal sealed class ServerCalls : IDisposable
{
    private const string Api = "api/2.0/mlflow/";
    private const int Attempts = 4;

    // A page of runs with long tags, or a history from a server that knows no pages.
    private const int AnswerBytesMax = 1 << 30;

    private readonly HttpClient _http;

    public ServerCalls(Uri address)
    {
        var root = new UriBuilder(address) { UserName = "", Password = "", Query = "", Fragment = "" };
        root.Path = root.Path.TrimEnd('/') + "/";
        Name = root.Uri.AbsoluteUri.TrimEnd('/');
        _http = new() { BaseAddress = root.Uri, Timeout = TimeSpan.FromMinutes(10), MaxResponseContentBufferSize = AnswerBytesMax };
        _http.DefaultRequestHeaders.Authorization = Authorization(address);
    }

    /// <summary>The server's address, without a name or password.</summary>
    public string Name { get; }

    /// <summary>Answers page by page: with a body a POST, else a GET.</summary>
    /// <param name="path">After <c>api/2.0/mlflow/</c>, or whole.</param>
    /// <param name="body">Null for a GET.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="optional">Whether a server may not know the route, or have nothing there: then there are no pages.</param>
    /// <param name="failed">Is told when the server fails at it, and then there are no pages: those that keep their files in a folder fail at routes that need a database.</param>
    public async IAsyncEnumerable<JsonElement> Pages(
        string path, Dictionary<string, object>? body, [EnumeratorCancellation] CancellationToken cancel, bool optional = false, Action<string>? failed = null)
    {
        for (string? token = null, last = null; ;)
        {
            using var page = await Page(path, body, token, (optional, failed), cancel);
            if (page is null)
                yield break;
            yield return page.RootElement;
            (last, token) = (token, page.RootElement.Text("next_page_token"));
            if (token.Length == 0)
                yield break;
            if (token == last)
                throw new InvalidDataException($"{Name} gives the same page again and again, at {path.Split('?')[0]}.");
        }
    }

    /// <summary>A file's bytes, as they come.</summary>
    public async Task<Stream> Download(string path, CancellationToken cancel)
    {
        var answer = await Send(() => new(HttpMethod.Get, path), cancel);
        return await answer.Content.ReadAsStreamAsync(cancel);
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument?> Page(string path, Dictionary<string, object>? body, string? token, (bool Optional, Action<string>? Failed) with, CancellationToken cancel)
    {
        var address = path.StartsWith("api/", StringComparison.Ordinal) || path.StartsWith("ajax-api/", StringComparison.Ordinal) ? path : Api + path;
        using var answer = await Send(
            () => body is null
                ? new(HttpMethod.Get, address + (token is null ? "" : $"&page_token={Uri.EscapeDataString(token)}"))
                : new(HttpMethod.Post, address) { Content = JsonContent.Create(token is null ? body : new Dictionary<string, object>(body) { ["page_token"] = token }) },
            cancel, status => (with.Optional && status is 400 or 404 or 405 or 501) || (with.Failed is not null && status == 500));
        if ((int)answer.StatusCode == 500)
            with.Failed!(await Sentence(answer, cancel));
        if (!answer.IsSuccessStatusCode)
            return null;
        try
        {
            return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        }
        catch (JsonException malformed)
        {
            throw new CommandException($"{Name} answered something that is not MLflow's; is this the address of a tracking server?", malformed);
        }
    }

    // A server that is busy or starts again is given a moment.
    private async Task<HttpResponseMessage> Send(Func<HttpRequestMessage> request, CancellationToken cancel, Predicate<int>? taken = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? answer = null;
            try
            {
                answer = await _http.SendAsync(request(), HttpCompletionOption.ResponseHeadersRead, cancel);
                if (answer.IsSuccessStatusCode || taken?.Invoke((int)answer.StatusCode) == true)
                    return answer;
                if (attempt == Attempts || (int)answer.StatusCode is < 500 and not 429)
                    throw new CommandException($"{Name} answered {(int)answer.StatusCode} at {answer.RequestMessage?.RequestUri?.AbsolutePath}: {await Sentence(answer, cancel)}");
                answer.Dispose();
            }
            catch (HttpRequestException failure) when (attempt == Attempts)
            {
                throw new CommandException($"No answer from {Name}: {failure.Message}", failure);
            }
            catch (HttpRequestException)
            {
                // Tried again below.
            }
            catch (CommandException)
            {
                answer?.Dispose();
                throw;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250 << attempt), cancel);
        }
    }

    private static async Task<string> Sentence(HttpResponseMessage answer, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        try
        {
            using var error = JsonDocument.Parse(text);
            return error.RootElement.Text("message") is { Length: > 0 } message ? message : answer.ReasonPhrase ?? "";
        }
        catch (JsonException)   // a proxy's page
        {
            return answer.ReasonPhrase ?? "";
        }
    }

    private static AuthenticationHeaderValue? Authorization(Uri address)
    {
        if (VerbOptions.Variable("MLFLOW_TRACKING_TOKEN") is { } token)
            return new("Bearer", token);
        var user = address.UserInfo.Length > 0
            ? Uri.UnescapeDataString(address.UserInfo)
            : VerbOptions.Variable("MLFLOW_TRACKING_USERNAME") is { } name ? $"{name}:{VerbOptions.Variable("MLFLOW_TRACKING_PASSWORD")}" : null;
        return user is null ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }
}

/// <summary>Reads MLflow's JSON, in which what is empty is left out, and numbers may be texts.</summary>
internal static class MlflowJson
{
    public static IEnumerable<JsonElement> Items(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static string Text(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Number => value.GetRawText(), _ => "" }
            : "";

    public static bool Flag(this JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static long? Integer(this JsonElement item, string name) =>
        long.TryParse(item.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <exception cref="InvalidDataException">It is no number.</exception>
    public static double Number(this JsonElement item, string name) =>
        SourceNumbers.TryRead(item.Text(name), out var number) ? number : throw new InvalidDataException($"'{item.Text(name)}' is no {name} of a metric.");
}
