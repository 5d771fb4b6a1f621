using System.Net;
using Assay.Client;
using Assay.Console.Session;
using Microsoft.AspNetCore.Components;

namespace Assay.Console.Layout;

/// <summary>
/// A page about one answer of the API. It is asked for once while the page is made on the server, carried to the connected
/// page, asked for again when the address changes, and every so often when the page is a live one.
/// </summary>
public abstract class DataPage<T> : ComponentBase, IDisposable
    where T : class
{
    private readonly CancellationTokenSource _gone = new();
    private PersistingComponentStateSubscription _carrying;
    private string? _address;

    [Inject] internal Api Api { get; set; } = null!;

    [Inject] internal NavigationManager Navigation { get; set; } = null!;

    [Inject] internal TimeProvider Clock { get; set; } = null!;

    [Inject] private PersistentComponentState Carrier { get; set; } = null!;

    // There only while the page is made on the server for its first bytes.
    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The answer; null until it is there.</summary>
    public T? Loaded { get; private set; }

    /// <summary>Why there is no answer, or no fresh one.</summary>
    protected Trouble? Trouble { get; private set; }

    /// <summary>Ends when the reader leaves the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>How often a live page asks again; null for a page that does not change by itself.</summary>
    protected virtual TimeSpan? Every => null;

    /// <summary>Asks the API; null when there is no such thing.</summary>
    protected abstract Task<T?> Load(CancellationToken cancel);

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Loaded = CarriedOver.Take<T>(Carrier, GetType());
        _carrying = CarriedOver.Offer(Carrier, GetType(), () => Loaded);
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        var address = new Uri(Navigation.Uri).GetLeftPart(UriPartial.Query);
        if (address == _address)
            return;
        var carriedOver = _address is null && Loaded is not null;
        _address = address;
        if (carriedOver)
            return;
        Loaded = null;
        await Reload();
    }

    /// <summary>Asks again; what is shown stays until the answer is there.</summary>
    protected async Task Reload()
    {
        try
        {
            var answer = await Load(_gone.Token);
            Trouble = answer is null ? Trouble.NoSuchThing : null;
            Loaded = answer;
            if (answer is null)
                SayNotFound();
        }
        catch (AssayException refusal)
        {
            if (refusal.Status == HttpStatusCode.NotFound)
                SayNotFound();
            Trouble = Trouble.From(Loaded is null ? "This page could not be loaded." : "This page could not be refreshed.", refusal);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody is looking any more.
        }
    }

    // At the last moment: Blazor sends no page at all when it finds this status already set.
    private void SayNotFound()
    {
        if (Http is { Response.HasStarted: false } http)
            http.Response.OnStarting(() => Task.FromResult(http.Response.StatusCode = StatusCodes.Status404NotFound));
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && Every is not null)
            _ = Live();
    }

    private async Task Live()
    {
        try
        {
            while (Every is { } period)
            {
                await Task.Delay(period, Clock, _gone.Token);
                await InvokeAsync(Reload);
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The reader left.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _carrying.Dispose();
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
