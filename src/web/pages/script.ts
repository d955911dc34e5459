/**
 * The only script of the pages. The server handles the form; the script sends it while one types and inserts the
 * response, so that address and preview are the same with and without the script.
 */
export const SCRIPT = `
(function(){
var form=document.getElementById("builder"),result=document.getElementById("result"),timer,asked;
if(form&&result){
var update=function(){
var query=new URLSearchParams(new FormData(form)).toString();
if(asked)asked.abort();
asked=new AbortController();
fetch(location.pathname+"?"+query,{signal:asked.signal,headers:{accept:"text/html"}}).then(function(r){return r.text()}).then(function(text){
var fresh=new DOMParser().parseFromString(text,"text/html").getElementById("result");
if(fresh)result.replaceChildren.apply(result,Array.from(fresh.childNodes));
history.replaceState(null,"",location.pathname+"?"+query+"#builder");
}).catch(function(){});
};
form.addEventListener("input",function(){clearTimeout(timer);timer=setTimeout(update,250)});
form.addEventListener("submit",function(e){e.preventDefault();update()});
}
document.addEventListener("click",function(e){
var button=e.target.closest&&e.target.closest("button[data-copy]");
if(!button)return;
navigator.clipboard.writeText(button.getAttribute("data-copy")).then(function(){button.textContent="Copied"},function(){
var code=document.getElementById("address");if(code)getSelection().selectAllChildren(code);
});
});
})();
`.trim();
