<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutPage</name>
    <message>
        <source>A voice assistant that stays yours</source>
        <translation>始终属于您的语音助手</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Sovereign Desktop lives in the tray. Hold a key anywhere, ask something aloud, and hear the answer.</source>
        <translation>Sovereign Desktop 位于系统托盘中。在任何地方按住按键，说出问题，即可听到回答。</translation>
    </message>
    <message>
        <source>It works right now, without an account and without a network: your speech is recognised, understood and answered on this computer.</source>
        <translation>现在就能使用，无需账号和网络：您的语音在本机上识别、理解并得到回答。</translation>
    </message>
    <message>
        <source>Nothing leaves this computer unless you name a server or store a key, in one of the next steps or later in the settings. A server that answers is then told your question and what fits of earlier ones; the Transcript window shows what was sent, and “Memory” in the settings ends it.</source>
        <translation>除非您在接下来的步骤或之后的设置中指定服务器或保存密钥，否则没有任何内容会离开本机。届时回答问题的服务器会得到您的问题以及之前相关的内容；“对话记录”窗口会显示发送的内容，设置中的“记忆”可将其关闭。</translation>
    </message>
    <message>
        <source>What you say is kept in private files of yours. Keys live in the system’s keyring and nowhere else.</source>
        <translation>您说的话保存在您的私有文件中。密钥只保存在系统密钥环中。</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Answer what was not answered</source>
        <translation>回答未回答的问题</translation>
    </message>
    <message>
        <source>Discard what was not answered</source>
        <translation>放弃未回答的问题</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>对话记录</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>迁移</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Get version {version}</source>
        <translation>获取版本 {version}</translation>
    </message>
</context>
<context>
    <name>AnswersPage</name>
    <message>
        <source>Who shall answer?</source>
        <translation>由谁回答？</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>This computer alone</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>OpenAI’s Realtime API, with your key</source>
        <translation>OpenAI 的 Realtime API，使用您的密钥</translation>
    </message>
    <message>
        <source>A language model at a server</source>
        <translation>服务器上的语言模型</translation>
    </message>
    <message>
        <source>paste your key; it goes to the system’s keyring</source>
        <translation>粘贴密钥，将保存到系统密钥环</translation>
    </message>
    <message>
        <source>Key of OpenAI</source>
        <translation>OpenAI 密钥</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>服务器地址</translation>
    </message>
    <message>
        <source>name of the model, such as llama3.2</source>
        <translation>模型名称，例如 llama3.2</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Try it and use it</source>
        <translation>试用并采用</translation>
    </message>
    <message>
        <source>Time, timers, sums and more; nothing leaves it.</source>
        <translation>时间、计时器、算术等；没有内容离开本机。</translation>
    </message>
    <message>
        <source>Real conversation, some cents a question.</source>
        <translation>真正的对话，每个问题几美分。</translation>
    </message>
    <message>
        <source>Such as Ollama or LM Studio on this computer.</source>
        <translation>例如本机上的 Ollama 或 LM Studio。</translation>
    </message>
    <message>
        <source>All of this can be changed at any time in the settings.</source>
        <translation>这些都可以随时在设置中更改。</translation>
    </message>
    <message>
        <source>Trying …</source>
        <translation>正在尝试…</translation>
    </message>
    <message>
        <source>There is a key already, in {place}, and it is used.</source>
        <translation>已有密钥，位于 {place}，正在使用。</translation>
    </message>
    <message>
        <source>From now on your speech stays on this computer.</source>
        <translation>从现在起，您的语音留在本机。</translation>
    </message>
</context>
<context>
    <name>ApplyPage</name>
    <message>
        <source>How far it is</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Break &amp;off</source>
        <translation>中止(&amp;O)</translation>
    </message>
    <message>
        <source>Back up and apply</source>
        <translation>备份并应用</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Everything is brought over already. Nothing was changed.</source>
        <translation>一切都已迁移完毕，未作任何更改。</translation>
    </message>
    <message>
        <source>Everything in {root} is copied into a new folder below {backups}; copies are verified.</source>
        <translation>{root} 中的所有内容会复制到 {backups} 下的新文件夹，并校验副本。</translation>
    </message>
    <message>
        <source>Files that hold keys are copied encrypted; the key for them is in the system’s keyring.</source>
        <translation>含有密钥的文件会加密复制，其密钥保存在系统密钥环中。</translation>
    </message>
    <message>
        <source>These keys are put into the system’s keyring: {names}.</source>
        <translation>以下密钥将存入系统密钥环：{names}。</translation>
    </message>
    <message>
        <source>The memories in {stores} are read from a copy and remembered here.</source>
        <translation>将从副本读取 {stores} 中的记忆并保存到此处。</translation>
    </message>
    <message>
        <source>The settings are written into {file}.</source>
        <translation>设置将写入 {file}。</translation>
    </message>
    <message>
        <source>The keys are taken out of .env; its comments stay.</source>
        <translation>密钥会从 .env 中移除，注释保留。</translation>
    </message>
    <message>
        <source>The program starts again with the new settings. That takes a few seconds.</source>
        <translation>程序将以新设置重新启动，需要几秒钟。</translation>
    </message>
    <message>
        <source>If anything fails, or you break it off, everything is as it was before.</source>
        <translation>如果出现失败或您中止，一切都会恢复原样。</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>继续(&amp;G)</translation>
    </message>
</context>
<context>
    <name>Archive</name>
    <message>
        <source>{file} can&apos;t be written. Choose another folder.</source>
        <translation>无法写入 {file}。请选择其他文件夹。</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>The key works. It is in the system’s keyring.</source>
        <translation>密钥有效，已保存在系统密钥环中。</translation>
    </message>
    <message>
        <source>The key works. It is kept until the program ends.</source>
        <translation>密钥有效，将保留到程序退出为止。</translation>
    </message>
    <message>
        <source>It answers: “{words}”</source>
        <translation>它回答：“{words}”</translation>
    </message>
</context>
<context>
    <name>BudgetPanel</name>
    <message>
        <source>How the budget is divided</source>
        <translation>预算的分配</translation>
    </message>
    <message>
        <source>What the last question took</source>
        <translation>上一个问题的用量</translation>
    </message>
    <message>
        <source>The last question:</source>
        <translation>上一个问题：</translation>
    </message>
    <message>
        <source>{count} tokens are promised twice: who stands last gets less.</source>
        <translation>有 {count} 个词元被重复分配：排在最后的得到的更少。</translation>
    </message>
    <message>
        <source>{rest} of {budget} tokens are left to whoever needs more, the question included.</source>
        <translation>{budget} 个词元中剩余 {rest} 个留给需要更多的部分，包括问题本身。</translation>
    </message>
    <message>
        <source>Instructions and time</source>
        <translation>指令和时间</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>屏幕</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>{part}: {count} tokens</source>
        <translation>{part}：{count} 个词元</translation>
    </message>
</context>
<context>
    <name>Caption</name>
    <message>
        <source>Sovereign Desktop caption</source>
        <translation>Sovereign Desktop 字幕</translation>
    </message>
    <message>
        <source>What you said</source>
        <translation>您说的话</translation>
    </message>
    <message>
        <source>What the assistant says</source>
        <translation>助手说的话</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>解决办法</translation>
    </message>
</context>
<context>
    <name>Captions</name>
    <message>
        <source>Please note</source>
        <translation>请注意</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已回答</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>已打断</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>I heard nothing</source>
        <translation>没有听到声音</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>Answered after {seconds} s</source>
        <translation>{seconds} 秒后回答</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>&amp;Check now</source>
        <translation>立即检查(&amp;C)</translation>
    </message>
    <message>
        <source>Break off</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>The checks run</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>What was checked</source>
        <translation>检查内容</translation>
    </message>
    <message>
        <source>The settings are loaded, keys are looked up in the keyring, 50 old memories are looked for, microphone and loudspeaker are opened, a recorded question is answered on this computer, and with a key the Realtime API is connected to. It takes up to a minute. Where the old version kept a log, its answers stand beside the new one.</source>
        <translation>将加载设置、在密钥环中查找密钥、查找 50 条旧记忆、打开麦克风和扬声器、在本机上回答一个录制的问题，有密钥时还会连接 Realtime API。最多需要一分钟。如果旧版本保留了日志，其回答会显示在新回答旁边。</translation>
    </message>
    <message>
        <source>Does it work?</source>
        <translation>是否正常？</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>To be mended: {count}. Each says how.</source>
        <translation>需要修复：{count} 项，每项都说明了方法。</translation>
    </message>
    <message>
        <source>Everything that was brought over works.</source>
        <translation>迁移的所有内容均正常。</translation>
    </message>
</context>
<context>
    <name>DeviceBox</name>
    <message>
        <source>The system’s choice ({device})</source>
        <translation>系统选择（{device}）</translation>
    </message>
    <message>
        <source>The system’s choice</source>
        <translation>系统选择</translation>
    </message>
    <message>
        <source>{device} (not plugged in)</source>
        <translation>{device}（未连接）</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>{setting}: have a limit</source>
        <translation>{setting}：设置上限</translation>
    </message>
    <message>
        <source>one a line</source>
        <translation>每行一个</translation>
    </message>
    <message>
        <source>one a line, such as {name: value, name: value}</source>
        <translation>每行一个，例如 {name: value, name: value}</translation>
    </message>
</context>
<context>
    <name>FindPage</name>
    <message>
        <source>Folder of the old version</source>
        <translation>旧版本的文件夹</translation>
    </message>
    <message>
        <source>C&amp;hoose …</source>
        <translation>选择(&amp;H)…</translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation>查看(&amp;L)</translation>
    </message>
    <message>
        <source>What a migration needs</source>
        <translation>迁移所需条件</translation>
    </message>
    <message>
        <source>&amp;Try the old keys and the sound devices</source>
        <translation>试用旧密钥和声音设备(&amp;T)</translation>
    </message>
    <message>
        <source>Bring an old version over</source>
        <translation>迁移旧版本</translation>
    </message>
    <message>
        <source>Your settings, keys and memories of Sovereign 3, of Jarvis, or of the first versions of 4.0. Looking changes nothing. Before anything is changed you see what becomes of each setting, everything is backed up, and one click brings it back. The old version stays where it is and can still be started.</source>
        <translation>您在 Sovereign 3、Jarvis 或 4.0 早期版本中的设置、密钥和记忆。查看不会更改任何内容。更改之前您会看到每项设置的去向，所有内容都会备份，一键即可恢复。旧版本保留在原处，仍可启动。</translation>
    </message>
    <message>
        <source>Nothing is in the usual places: choose the folder.</source>
        <translation>常用位置没有找到：请选择文件夹。</translation>
    </message>
    <message>
        <source>There are several old versions: choose one, then “Look”.</source>
        <translation>有多个旧版本：请选择一个，然后点击“查看”。</translation>
    </message>
    <message>
        <source>{count} files, {size} MiB</source>
        <translation>{count} 个文件，{size} MiB</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Your own code</source>
        <translation>您自己的代码</translation>
    </message>
    <message>
        <source>in {ms} ms, in the middle of {count} ({source})</source>
        <translation>{ms} 毫秒，{count} 次的中位数（{source}）</translation>
    </message>
    <message>
        <source>It answered</source>
        <translation>回答用时</translation>
    </message>
    <message>
        <source>Migrated before</source>
        <translation>之前的迁移</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Settings: {section}</source>
        <translation>设置：{section}</translation>
    </message>
    <message>
        <source>One of {choices}.</source>
        <translation>可选值：{choices}。</translation>
    </message>
    <message>
        <source>From {low} to {high} {unit}</source>
        <translation>范围：{low} 到 {high} {unit}</translation>
    </message>
    <message>
        <source>Default: {value}</source>
        <translation>默认值：{value}</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>Help – Sovereign Desktop</source>
        <translation>帮助 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search the help</source>
        <translation>搜索帮助</translation>
    </message>
    <message>
        <source>Pages of the help</source>
        <translation>帮助页面</translation>
    </message>
</context>
<context>
    <name>HotkeyPage</name>
    <message>
        <source>Which key do you want to hold?</source>
        <translation>您想按住哪个按键？</translation>
    </message>
    <message>
        <source>Hotkey</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Hold it in any program, speak, and let go. To choose another one, click into the field and press it; it is in force after a moment.</source>
        <translation>在任何程序中按住它，说话，然后松开。若要选择其他按键，请单击输入框并按下，片刻后生效。</translation>
    </message>
    <message>
        <source>On desktops that give programs no global keys, bind a key of the desktop’s own to “sovereign-desktop --toggle”. A click on the tray icon does the same.</source>
        <translation>如果桌面不向程序提供全局按键，请将桌面自己的按键绑定到“sovereign-desktop --toggle”。单击托盘图标效果相同。</translation>
    </message>
    <message>
        <source>✓ It arrives. Let go, and go on.</source>
        <translation>✓ 已收到。请松开并继续。</translation>
    </message>
    <message>
        <source>The new key is put in force …</source>
        <translation>正在启用新按键…</translation>
    </message>
    <message>
        <source>Press {key} now.</source>
        <translation>现在请按 {key}。</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>所在位置</translation>
    </message>
    <message>
        <source>Name of the key</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>The key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>paste the key here</source>
        <translation>在此粘贴密钥</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Remove the selected key</source>
        <translation>删除所选密钥</translation>
    </message>
    <message>
        <source>Keys live in the system’s keyring and in no file of this program. A key is never shown again. The settings name the keys that they use; “openai” is that of the Realtime API and of OpenAI’s other services.</source>
        <translation>密钥保存在系统密钥环中，不在本程序的任何文件里。密钥不会再次显示。设置中注明其使用的密钥名称；“openai”用于 Realtime API 和 OpenAI 的其他服务。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The key {name} goes to the keyring …</source>
        <translation>正在将密钥 {name} 存入密钥环…</translation>
    </message>
    <message>
        <source>The key {name} is removed …</source>
        <translation>正在删除密钥 {name}…</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>不存在</translation>
    </message>
</context>
<context>
    <name>Latency</name>
    <message>
        <source>Noticing the end</source>
        <translation>检测语音结束</translation>
    </message>
    <message>
        <source>Recognising</source>
        <translation>语音识别</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>First sentence</source>
        <translation>第一句话</translation>
    </message>
    <message>
        <source>Voice or network</source>
        <translation>语音合成或网络</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>No answer has been spoken yet.</source>
        <translation>尚未播放过任何回答。</translation>
    </message>
    <message>
        <source>One answer: {ms} ms, from the end of your speech to the first sound.</source>
        <translation>1 次回答：从您说完到第一个声音，用时 {ms} 毫秒。</translation>
    </message>
    <message>
        <source>{count} answers: half within {half} ms, 95 of 100 within {most} ms, from the end of your speech to the first sound.</source>
        <translation>{count} 次回答：从您说完到第一个声音，一半在 {half} 毫秒以内，95% 在 {most} 毫秒以内。</translation>
    </message>
    <message>
        <source>Connection to the Realtime API: {ms} ms, jitter {jitter} ms.</source>
        <translation>与 Realtime API 的连接：{ms} 毫秒，抖动 {jitter} 毫秒。</translation>
    </message>
</context>
<context>
    <name>LatencyPlots</name>
    <message>
        <source>Cloud</source>
        <translation>云端</translation>
    </message>
    <message>
        <source>Local, with a model</source>
        <translation>本地，使用模型</translation>
    </message>
    <message>
        <source>Local, without a model</source>
        <translation>本地，不使用模型</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Latency over time</source>
        <translation>延迟变化</translation>
    </message>
    <message>
        <source>seconds until the answer began</source>
        <translation>开始回答前的秒数</translation>
    </message>
    <message>
        <source>turns, oldest first</source>
        <translation>对话轮次（从旧到新）</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Where the time went</source>
        <translation>时间用在哪里</translation>
    </message>
    <message>
        <source>the latest turns</source>
        <translation>最近的对话轮次</translation>
    </message>
    <message>
        <source>seconds since the end of speech</source>
        <translation>说完之后的秒数</translation>
    </message>
</context>
<context>
    <name>LatencyWindow</name>
    <message>
        <source>Latency – Sovereign Desktop</source>
        <translation>延迟 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Save as picture …</source>
        <translation>另存为图片…</translation>
    </message>
    <message>
        <source>Save as table …</source>
        <translation>另存为表格…</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 图片 (*.png)</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV 表格 (*.csv)</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>{file} can&apos;t be written. Choose another folder.</source>
        <translation>无法写入 {file}。请选择其他文件夹。</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Microphone level</source>
        <translation>麦克风音量</translation>
    </message>
</context>
<context>
    <name>MemoryReader</name>
    <message>
        <source>Text of the memory</source>
        <translation>记忆内容</translation>
    </message>
    <message>
        <source>Keep the change</source>
        <translation>保留更改</translation>
    </message>
    <message>
        <source>Take it back</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>No memory is selected.</source>
        <translation>未选择记忆。</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>以及另外 {count} 项</translation>
    </message>
    <message>
        <source>Used for:</source>
        <translation>用于：</translation>
    </message>
    <message>
        <source>It was never used for an answer.</source>
        <translation>从未用于回答。</translation>
    </message>
    <message>
        <source>a turn that is gone</source>
        <translation>已不存在的一轮对话</translation>
    </message>
    <message>
        <source>too long to be changed here; this is its beginning</source>
        <translation>内容过长，无法在此更改；这是开头部分</translation>
    </message>
    <message>
        <source>a question and its answer</source>
        <translation>一个问题及其回答</translation>
    </message>
    <message>
        <source>you asked for it</source>
        <translation>应您的要求</translation>
    </message>
    <message>
        <source>from a file</source>
        <translation>来自文件</translation>
    </message>
</context>
<context>
    <name>MemoryWindow</name>
    <message>
        <source>Memory – Sovereign Desktop</source>
        <translation>记忆 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search what is remembered, by words and by meaning</source>
        <translation>按词语和语义搜索记忆</translation>
    </message>
    <message>
        <source>Search the memory</source>
        <translation>搜索记忆</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>使用次数</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Delete …</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>{count} memories, {size} on disk</source>
        <translation>{count} 条记忆，占用磁盘 {size}</translation>
    </message>
    <message>
        <source>Nothing that is remembered fits.</source>
        <translation>没有符合的记忆。</translation>
    </message>
    <message>
        <source>The text was changed. Keep the change or take it back first.</source>
        <translation>内容已更改。请先保留或撤销更改。</translation>
    </message>
    <message>
        <source>The old words are erased …</source>
        <translation>正在清除旧内容…</translation>
    </message>
    <message>
        <source>The change is kept.</source>
        <translation>更改已保留。</translation>
    </message>
    <message>
        <source>The words before still stand elsewhere.</source>
        <translation>之前的内容仍存在于其他地方。</translation>
    </message>
    <message>
        <source>Delete what is ticked</source>
        <translation>删除勾选的项目</translation>
    </message>
    <message>
        <source>Looking for what else contains it …</source>
        <translation>正在查找其他包含它的内容…</translation>
    </message>
    <message>
        <source>Erase {count} memories for good?</source>
        <translation>要永久清除 {count} 条记忆吗？</translation>
    </message>
    <message>
        <source>Erase this memory for good?</source>
        <translation>要永久清除这条记忆吗？</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>It is erased from every file …</source>
        <translation>正在从所有文件中清除…</translation>
    </message>
    <message>
        <source>Forgotten: {count}.</source>
        <translation>已遗忘：{count}。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Memories are written …</source>
        <translation>正在写入记忆…</translation>
    </message>
    <message>
        <source>Memories are read …</source>
        <translation>正在读取记忆…</translation>
    </message>
</context>
<context>
    <name>Migration</name>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>renamed</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>converted</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>no effect</source>
        <translation>无效果</translation>
    </message>
    <message>
        <source>set aside</source>
        <translation>搁置</translation>
    </message>
    <message>
        <source>to the keyring</source>
        <translation>存入密钥环</translation>
    </message>
    <message>
        <source>The same name, the same value.</source>
        <translation>名称和值都不变。</translation>
    </message>
    <message>
        <source>The same value under another name.</source>
        <translation>值不变，名称改变。</translation>
    </message>
    <message>
        <source>Another value that means the same.</source>
        <translation>值不同，含义相同。</translation>
    </message>
    <message>
        <source>The default of this version is used.</source>
        <translation>使用此版本的默认值。</translation>
    </message>
    <message>
        <source>Nothing follows from it in this version.</source>
        <translation>在此版本中不起作用。</translation>
    </message>
    <message>
        <source>Kept as it is under “legacy”, where it does nothing.</source>
        <translation>原样保留在“legacy”下，不起作用。</translation>
    </message>
    <message>
        <source>A key: it moves to the system’s keyring.</source>
        <translation>密钥：将移至系统密钥环。</translation>
    </message>
    <message>
        <source>backup unfinished</source>
        <translation>备份未完成</translation>
    </message>
    <message>
        <source>backed up</source>
        <translation>已备份</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已打断</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>interrupted while undoing</source>
        <translation>撤销时中断</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>good</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>to be mended</source>
        <translation>需修复</translation>
    </message>
    <message>
        <source>&amp;Balanced: the program as it comes</source>
        <translation>均衡(&amp;B)：程序默认设置</translation>
    </message>
    <message>
        <source>&amp;Quick answers: gives up on slow ones sooner</source>
        <translation>快速回答(&amp;Q)：更早放弃缓慢的回答</translation>
    </message>
    <message>
        <source>S&amp;low network: waits longer, tries more often</source>
        <translation>慢速网络(&amp;L)：等待更久，尝试更多次</translation>
    </message>
    <message>
        <source>Small &amp;computer: smaller models, less context</source>
        <translation>低配电脑(&amp;C)：更小的模型，更少的上下文</translation>
    </message>
</context>
<context>
    <name>MigrationsPage</name>
    <message>
        <source>Migrations</source>
        <translation>迁移记录</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>迁移</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Everything as it was before, byte for byte, and keys out of the keyring again.</source>
        <translation>逐字节恢复原样，并从密钥环中移除密钥。</translation>
    </message>
    <message>
        <source>Switch one off</source>
        <translation>关闭一项</translation>
    </message>
    <message>
        <source>The next of the new features is switched off, the mode first.</source>
        <translation>关闭下一项新功能，首先是模式。</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>The last step back is taken back, or what was undone is applied again.</source>
        <translation>取消上一步回退，或重新应用已撤销的内容。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Bring an old version over …</source>
        <translation>迁移旧版本…</translation>
    </message>
    <message>
        <source>What was checked</source>
        <translation>检查内容</translation>
    </message>
    <message>
        <source>What was brought over from old versions. Each can be undone at any time.</source>
        <translation>从旧版本迁移的内容，每次迁移都可随时撤销。</translation>
    </message>
    <message>
        <source>, switched off: {count}</source>
        <translation>，已关闭：{count}</translation>
    </message>
    <message>
        <source>Nothing was migrated yet.</source>
        <translation>尚未迁移任何内容。</translation>
    </message>
    <message>
        <source>In progress …</source>
        <translation>正在进行…</translation>
    </message>
    <message>
        <source>It is checked; that takes up to a minute …</source>
        <translation>正在检查，最多需要一分钟…</translation>
    </message>
</context>
<context>
    <name>ModelForm</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>as its server calls it</source>
        <translation>服务器上的名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>that of the provider</source>
        <translation>提供者的地址</translation>
    </message>
    <message>
        <source>Name of its key</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Price of the question</source>
        <translation>提问价格</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>Seconds until it begins</source>
        <translation>开始前的秒数</translation>
    </message>
    <message>
        <source>Part of good answers</source>
        <translation>好回答的比例</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>The model needs a name: the one that its server knows it by.</source>
        <translation>模型需要名称：即服务器所用的名称。</translation>
    </message>
    <message>
        <source>a number from 0 to 1</source>
        <translation>0 到 1 之间的数字</translation>
    </message>
    <message>
        <source>a number from 0</source>
        <translation>不小于 0 的数字</translation>
    </message>
    <message>
        <source>{field} must be {wanted}.</source>
        <translation>{field}必须是{wanted}。</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;When it is asked</source>
        <translation>何时询问(&amp;W)</translation>
    </message>
    <message>
        <source>Pro&amp;vider</source>
        <translation>提供者(&amp;V)</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>地址(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Name of its key</source>
        <translation>密钥名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Price, $ for a million tokens</source>
        <translation>价格，每百万词元美元(&amp;P)</translation>
    </message>
    <message>
        <source>… of the &amp;question</source>
        <translation>…提问部分(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Seconds until it begins</source>
        <translation>开始前的秒数(&amp;S)</translation>
    </message>
    <message>
        <source>Part of &amp;good answers, 0 to 1</source>
        <translation>好回答的比例，0 到 1(&amp;G)</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供者</translation>
    </message>
    <message>
        <source>When it is asked</source>
        <translation>何时询问</translation>
    </message>
    <message>
        <source>usually</source>
        <translation>通常</translation>
    </message>
    <message>
        <source>for what asks for thought</source>
        <translation>需要思考的问题</translation>
    </message>
    <message>
        <source>when no other can answer</source>
        <translation>其他模型都无法回答时</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>Shall it understand you better?</source>
        <translation>要让它更好地听懂您吗？</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>How much is downloaded</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>{name}, about {size} MB</source>
        <translation>{name}，约 {size} MB</translation>
    </message>
    <message>
        <source>The model {name} is here already.</source>
        <translation>模型 {name} 已存在。</translation>
    </message>
    <message>
        <source>What comes with the program understands short commands. A Whisper model understands free speech, on this computer too. It comes from huggingface.co, which learns your network address and nothing else. You can go on with the next steps meanwhile, or skip this.</source>
        <translation>程序自带的识别能听懂简短命令。Whisper 模型可在本机上听懂自由表达。它来自 huggingface.co，该网站只会得知您的网络地址。下载期间您可以继续后面的步骤，也可以跳过。</translation>
    </message>
    <message>
        <source>Asking the server …</source>
        <translation>正在询问服务器…</translation>
    </message>
    <message>
        <source>Stopped. What has come is kept, and the next download goes on from there.</source>
        <translation>已停止。已下载的部分会保留，下次从此处继续。</translation>
    </message>
    <message>
        <source>The model {name} is here and used from now on.</source>
        <translation>模型 {name} 已就绪，从现在起使用。</translation>
    </message>
    <message>
        <source>{done} of {total} MB</source>
        <translation>{done} / {total} MB</translation>
    </message>
</context>
<context>
    <name>ModelsPanel</name>
    <message>
        <source>&amp;Several models answer as one</source>
        <translation>多个模型协同回答(&amp;S)</translation>
    </message>
    <message>
        <source>Several models answer as one</source>
        <translation>多个模型协同回答</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>询问次数</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供者</translation>
    </message>
    <message>
        <source>$ a million tokens</source>
        <translation>每百万词元美元</translation>
    </message>
    <message>
        <source>No model is named yet, so the single language model answers. Enter one here and keep it.</source>
        <translation>还没有指定模型,因此由单个语言模型回答。请在此填写一个并保存。</translation>
    </message>
    <message>
        <source>N&amp;ew model</source>
        <translation>新模型(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>移除(&amp;M)</translation>
    </message>
    <message>
        <source>What was learned</source>
        <translation>学到的内容</translation>
    </message>
    <message>
        <source>Kind of question</source>
        <translation>问题类型</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>Begins after</source>
        <translation>开始用时</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>信任度</translation>
    </message>
    <message>
        <source>Spent on these models: ${day} today, ${month} this month.</source>
        <translation>这些模型的花费：今日 ${day}，本月 ${month}。</translation>
    </message>
    <message>
        <source>Switched off, the very next question goes to the single language model again; what was learned is kept.</source>
        <translation>关闭后，下一个问题即由单个语言模型回答；学到的内容会保留。</translation>
    </message>
    <message>
        <source>Ticked: it is asked</source>
        <translation>勾选：会被询问</translation>
    </message>
    <message>
        <source>{model} is in the list already.</source>
        <translation>{model} 已在列表中。</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} 秒</translation>
    </message>
    <message>
        <source>simple</source>
        <translation>简单</translation>
    </message>
    <message>
        <source>asks for thought</source>
        <translation>需要思考</translation>
    </message>
</context>
<context>
    <name>Permissions</name>
    <message>
        <source>Without a microphone nothing is heard: the icon and a sentence say so, and everything else works. You can type your questions in the Transcript window.</source>
        <translation>没有麦克风就听不到声音：图标和提示会说明这一点，其他功能照常。您可以在“对话记录”窗口中输入问题。</translation>
    </message>
    <message>
        <source>macOS asks you once, at the test below or at your first question.</source>
        <translation>macOS 会询问您一次，在下面的测试或第一次提问时。</translation>
    </message>
    <message>
        <source>System Settings › Privacy &amp; Security › Microphone. macOS may want the program to be started again.</source>
        <translation>系统设置 › 隐私与安全性 › 麦克风。macOS 可能要求重新启动程序。</translation>
    </message>
    <message>
        <source>Windows does not ask for programs such as this one; one switch is for all of them.</source>
        <translation>对于此类程序，Windows 不会询问；一个开关适用于所有这类程序。</translation>
    </message>
    <message>
        <source>Settings › Privacy &amp; security › Microphone › Let desktop apps access your microphone.</source>
        <translation>设置 › 隐私和安全性 › 麦克风 › 允许桌面应用访问麦克风。</translation>
    </message>
    <message>
        <source>Linux does not ask: every program of yours may open the microphone. This one does so while you hold the key or tap it, and for half a minute afterwards; the desktop shows when.</source>
        <translation>Linux 不会询问：您的任何程序都可以打开麦克风。本程序只在您按住或轻按按键时以及之后半分钟内打开；桌面会显示何时打开。</translation>
    </message>
    <message>
        <source>Mute it in the tray’s menu, here in the settings under Sound, or in the desktop’s sound settings.</source>
        <translation>可在托盘菜单、此处设置的“声音”或桌面的声音设置中将其静音。</translation>
    </message>
    <message>
        <source>Without it, questions about the screen are answered with “I do not look”. All else stays the same.</source>
        <translation>没有此权限时，有关屏幕的问题会得到“I do not look”的回答。其他一切不变。</translation>
    </message>
    <message>
        <source>macOS asks you once, when the first picture is taken, and then wants the program to be started again.</source>
        <translation>macOS 会在首次截图时询问您一次，然后要求重新启动程序。</translation>
    </message>
    <message>
        <source>System Settings › Privacy &amp; Security › Screen &amp; System Audio Recording.</source>
        <translation>系统设置 › 隐私与安全性 › 录屏与系统录音。</translation>
    </message>
    <message>
        <source>Windows does not ask: every program of yours may look. This one asks you here.</source>
        <translation>Windows 不会询问：您的任何程序都可以查看。本程序在此询问您。</translation>
    </message>
    <message>
        <source>The switch below, or the tray’s menu at any time.</source>
        <translation>下面的开关，或随时使用托盘菜单。</translation>
    </message>
    <message>
        <source>Your desktop (Wayland) may ask at the first picture. No program can know there which windows are visible, so private windows can’t be left out: it looks only if you allow that too, in the settings under Screen.</source>
        <translation>您的桌面（Wayland）可能在首次截图时询问。程序在那里无法得知哪些窗口可见，因此无法排除私密窗口：只有您在设置的“屏幕”中也允许这一点，它才会查看。</translation>
    </message>
    <message>
        <source>The switch below, the tray’s menu, and the desktop’s privacy settings.</source>
        <translation>下面的开关、托盘菜单以及桌面的隐私设置。</translation>
    </message>
    <message>
        <source>X11 does not ask: every program of yours may look at everything. This one asks you here.</source>
        <translation>X11 不会询问：您的任何程序都可以查看一切。本程序在此询问您。</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>Filter: words of a name, a value or a reason</source>
        <translation>筛选：名称、值或原因中的词</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>What becomes of them</source>
        <translation>去向</translation>
    </message>
    <message>
        <source>What becomes of each setting</source>
        <translation>每项设置的去向</translation>
    </message>
    <message>
        <source>Changes in the settings file</source>
        <translation>设置文件中的更改</translation>
    </message>
    <message>
        <source>Take keys out of .env once they are in the keyring (the old version then has none)</source>
        <translation>密钥存入密钥环后从 .env 中移除（旧版本将没有密钥）</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>The new file</source>
        <translation>新文件</translation>
    </message>
    <message>
        <source>The settings file has all of this already; nothing is written.</source>
        <translation>设置文件已包含这些内容，不会写入。</translation>
    </message>
    <message>
        <source>Old settings: {count}. Take the tick away from what you do not want, or double-click a new value to type another.</source>
        <translation>旧设置：{count} 项。取消勾选不需要的项目，或双击新值以输入其他值。</translation>
    </message>
    <message>
        <source>Bring the memories over ({stores})</source>
        <translation>迁移记忆（{stores}）</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>PlanTable</name>
    <message>
        <source>Old setting</source>
        <translation>旧设置</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>变为</translation>
    </message>
    <message>
        <source>New setting</source>
        <translation>新设置</translation>
    </message>
    <message>
        <source>Old value</source>
        <translation>旧值</translation>
    </message>
    <message>
        <source>New value</source>
        <translation>新值</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>PresetsPage</name>
    <message>
        <source>&amp;Use it</source>
        <translation>使用(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Measure this computer</source>
        <translation>测量本机(&amp;M)</translation>
    </message>
    <message>
        <source>Measure the &amp;network</source>
        <translation>测量网络(&amp;N)</translation>
    </message>
    <message>
        <source>How far the measurement is</source>
        <translation>测量进度</translation>
    </message>
    <message>
        <source>Tune it</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>The usual settings fit most computers. Choose another set to see what it would change.</source>
        <translation>默认设置适合大多数电脑。选择其他方案可查看会更改什么。</translation>
    </message>
    <message>
        <source>Two measurements tell which fits. The second connects ten times to the server that answers.</source>
        <translation>两次测量可判断哪种合适。第二次会连接回答的服务器十次。</translation>
    </message>
    <message>
        <source>It sets nothing: the program stays as it is.</source>
        <translation>不做任何设置：程序保持不变。</translation>
    </message>
    <message>
        <source>It is in use.</source>
        <translation>正在使用。</translation>
    </message>
    <message>
        <source>“{preset}” fits that.</source>
        <translation>“{preset}”适合。</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>Sovereign Desktop ended in a fault at its last run.</source>
        <translation>Sovereign Desktop 上次运行时因故障结束。</translation>
    </message>
    <message>
        <source>What is known of it stands in {file}.</source>
        <translation>相关信息位于 {file}。</translation>
    </message>
    <message>
        <source>A report says where the program was. It holds nothing that you said, saw or typed, and no key. It stays on this computer until you send it to somebody.</source>
        <translation>报告说明程序当时所处的位置，不包含您说过、看到或输入的任何内容，也不含密钥。在您发送给他人之前，它留在本机。</translation>
    </message>
    <message>
        <source>Report of a fault – Sovereign Desktop</source>
        <translation>故障报告 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
</context>
<context>
    <name>QuestionPage</name>
    <message>
        <source>Ask something</source>
        <translation>问点什么</translation>
    </message>
    <message>
        <source>First question</source>
        <translation>第一个问题</translation>
    </message>
    <message>
        <source>The key is pressed</source>
        <translation>已按下按键</translation>
    </message>
    <message>
        <source>The microphone hears you</source>
        <translation>麦克风听到了您的声音</translation>
    </message>
    <message>
        <source>Your words are recognised</source>
        <translation>您的话已识别</translation>
    </message>
    <message>
        <source>The answer is spoken</source>
        <translation>回答正在播放</translation>
    </message>
    <message>
        <source>{step}: not yet</source>
        <translation>{step}：尚未</translation>
    </message>
    <message>
        <source>the hotkey</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Hold {key}, say “what time is it”, and let go. Or tap {key}, speak, and wait. A click on the tray icon does the same.</source>
        <translation>按住 {key}，说“what time is it”，然后松开。或者轻按 {key}，说话并等待。单击托盘图标效果相同。</translation>
    </message>
    <message>
        <source>You: {words}</source>
        <translation>您：{words}</translation>
    </message>
    <message>
        <source>Sovereign: {words}</source>
        <translation>Sovereign：{words}</translation>
    </message>
    <message>
        <source>{step}: yes</source>
        <translation>{step}：是</translation>
    </message>
</context>
<context>
    <name>RecentAnswers</name>
    <message>
        <source>Recent answers</source>
        <translation>最近的回答</translation>
    </message>
</context>
<context>
    <name>Remembered</name>
    <message>
        <source>It is deleted there too.</source>
        <translation>那里也已删除。</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>已取消，未写入任何内容。</translation>
    </message>
    <message>
        <source>{count} memories are in {file}.</source>
        <translation>{count} 条记忆已保存到 {file}。</translation>
    </message>
    <message>
        <source>Cancelled after {lines} lines; {count} memories are kept.</source>
        <translation>在 {lines} 行后取消；保留了 {count} 条记忆。</translation>
    </message>
    <message>
        <source>{lines} lines, {count} memories.</source>
        <translation>{lines} 行，{count} 条记忆。</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>&amp;Save the report …</source>
        <translation>保存报告(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Undo everything</source>
        <translation>全部撤销(&amp;U)</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Nothing was left to bring over.</source>
        <translation>没有需要迁移的内容。</translation>
    </message>
    <message>
        <source>Everything is as it was before. “Migration” in the menu brings it back again.</source>
        <translation>一切已恢复原样。菜单中的“迁移”可再次应用。</translation>
    </message>
    <message>
        <source>This is {id}. You can undo it at any time: here, with “Migration” in the settings, with the command “migrate rollback”, or, when nothing starts any more, with the file rollback.py in {folder}.</source>
        <translation>这是 {id}。您可以随时撤销：在此处、通过设置中的“迁移”、使用命令“migrate rollback”，或在无法启动时使用 {folder} 中的 rollback.py 文件。</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Saved as {file}.</source>
        <translation>已保存为 {file}。</translation>
    </message>
</context>
<context>
    <name>ScreenPage</name>
    <message>
        <source>May it see your screen?</source>
        <translation>可以查看您的屏幕吗？</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>屏幕</translation>
    </message>
    <message>
        <source>Look at the screen from now on</source>
        <translation>从现在起查看屏幕</translation>
    </message>
    <message>
        <source>It is off until you allow it. Text is read on this computer; passwords, keys, numbers of cards and the like are replaced before anything else sees it, and password managers, banking and private windows are left out. A model is told of it only with a question.</source>
        <translation>在您允许之前保持关闭。文字在本机上读取；密码、密钥、卡号等在其他部分看到之前就会被替换，密码管理器、网银和隐私窗口会被排除。只有在提问时才会告知模型。</translation>
    </message>
</context>
<context>
    <name>ScreenPanel</name>
    <message>
        <source>What would be told of the screen</source>
        <translation>屏幕上会告知的内容</translation>
    </message>
    <message>
        <source>Nothing would be told.</source>
        <translation>不会告知任何内容。</translation>
    </message>
    <message>
        <source>Replaced: {kinds}.</source>
        <translation>已替换：{kinds}。</translation>
    </message>
    <message>
        <source>Nothing was replaced.</source>
        <translation>没有替换任何内容。</translation>
    </message>
    <message>
        <source>This text, as far as it has room, would go along with a question that asks about the screen.</source>
        <translation>在空间允许的范围内，此文本会随有关屏幕的问题一起发送。</translation>
    </message>
    <message>
        <source>Stop looking</source>
        <translation>停止查看</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Show what would be told</source>
        <translation>显示会告知的内容</translation>
    </message>
    <message>
        <source>Nothing is looked at until you ask for it here, and nothing of it is kept or sent.</source>
        <translation>在您于此处要求之前不会查看任何内容，也不会保留或发送。</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Sovereign Desktop could not start because of a fault in the program.</source>
        <translation>由于程序故障，Sovereign Desktop 无法启动。</translation>
    </message>
    <message>
        <source>Run “sovereign-desktop doctor” to see what is wrong.</source>
        <translation>请运行“sovereign-desktop doctor”查看问题所在。</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>{setting}: back to the default</source>
        <translation>{setting}：恢复默认值</translation>
    </message>
    <message>
        <source>Back to the default: {value}</source>
        <translation>恢复默认值：{value}</translation>
    </message>
    <message>
        <source>{variable} says so. What is chosen here counts once that variable is gone.</source>
        <translation>由 {variable} 决定。该变量去除后，此处的选择才生效。</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Who answers: hybrid (Automatic) the Realtime API with this computer behind it, realtime (Cloud) it alone, traditional (Local) this computer and the servers that you name.</source>
        <translation>由谁回答：hybrid（自动）使用 Realtime API，并以本机作为后备；realtime（云端）仅使用该 API；traditional（本地）使用本机和您指定的服务器。</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Show what is heard and said in a small window.</source>
        <translation>在小窗口中显示听到和说出的内容。</translation>
    </message>
    <message>
        <source>Start with the session</source>
        <translation>随会话启动</translation>
    </message>
    <message>
        <source>Start with the session, with nothing but the icon. Counts from the next log-in.</source>
        <translation>随会话启动，仅显示图标。从下次登录起生效。</translation>
    </message>
    <message>
        <source>Keep unanswered</source>
        <translation>保留未回答的问题</translation>
    </message>
    <message>
        <source>Keep what you say until it is answered, encrypted, and offer it after a crash. Off without a system keyring.</source>
        <translation>加密保留您说的话直到得到回答，并在崩溃后提供给您。没有系统密钥环时关闭。</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The language of the windows: system, en (English), de (Deutsch) or zh_CN (简体中文). Spoken answers and messages about faults are in English.</source>
        <translation>窗口的语言：system（跟随系统）、en (English)、de (Deutsch) 或 zh_CN（简体中文）。语音回答和故障信息为英文。</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Tell what is wrong as a notification of the desktop too, where it can be read later.</source>
        <translation>出现问题时也以桌面通知告知，便于稍后查看。</translation>
    </message>
    <message>
        <source>Hotkeys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Hotkey</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Held: talk while it is down. Tapped: talk until tapped again, or until you stop speaking.</source>
        <translation>按住：按下期间说话。轻按：说到再次轻按或您停止说话为止。</translation>
    </message>
    <message>
        <source>Cancel hotkey</source>
        <translation>取消快捷键</translation>
    </message>
    <message>
        <source>Stops listening and speaking.</source>
        <translation>停止聆听和说话。</translation>
    </message>
    <message>
        <source>Hold from</source>
        <translation>按住判定时间</translation>
    </message>
    <message>
        <source>A press that lasts longer is a hold, a shorter one a tap.</source>
        <translation>按下时间更长算按住，更短算轻按。</translation>
    </message>
    <message>
        <source>Hands free</source>
        <translation>免提</translation>
    </message>
    <message>
        <source>Listen all the time and answer whoever speaks.</source>
        <translation>持续聆听，并回答任何说话的人。</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>The device that listens, by name; empty: the system&apos;s choice.</source>
        <translation>用于聆听的设备名称；留空则由系统选择。</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>The device that speaks, by name; empty: the system&apos;s choice.</source>
        <translation>用于播放的设备名称；留空则由系统选择。</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Earcons</source>
        <translation>提示音</translation>
    </message>
    <message>
        <source>Short sounds when listening starts, stops or fails.</source>
        <translation>聆听开始、停止或失败时播放短音。</translation>
    </message>
    <message>
        <source>Pre roll</source>
        <translation>预录</translation>
    </message>
    <message>
        <source>How much from before the press is kept while the microphone is open.</source>
        <translation>麦克风打开时，保留按键之前多长时间的声音。</translation>
    </message>
    <message>
        <source>Keep open</source>
        <translation>保持打开</translation>
    </message>
    <message>
        <source>How long the microphone stays open after a turn.</source>
        <translation>一轮对话后麦克风保持打开的时间。</translation>
    </message>
    <message>
        <source>Always open</source>
        <translation>始终打开</translation>
    </message>
    <message>
        <source>Never close the microphone. The system shows it as in use.</source>
        <translation>从不关闭麦克风。系统会显示其正在使用。</translation>
    </message>
    <message>
        <source>Longest question</source>
        <translation>最长提问</translation>
    </message>
    <message>
        <source>A question that is longer is ended and answered.</source>
        <translation>超过此长度的提问将被结束并得到回答。</translation>
    </message>
    <message>
        <source>Processing</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>Echo cancellation</source>
        <translation>回声消除</translation>
    </message>
    <message>
        <source>Noise reduction</source>
        <translation>降噪</translation>
    </message>
    <message>
        <source>Auto gain control</source>
        <translation>自动增益控制</translation>
    </message>
    <message>
        <source>Endpointing</source>
        <translation>语音端点检测</translation>
    </message>
    <message>
        <source>Speech threshold</source>
        <translation>语音阈值</translation>
    </message>
    <message>
        <source>How likely sound must be speech to count as it.</source>
        <translation>声音有多大概率是语音才算作语音。</translation>
    </message>
    <message>
        <source>Shortest speech</source>
        <translation>最短语音</translation>
    </message>
    <message>
        <source>Shorter sounds, such as a cough or a click, do not open a turn.</source>
        <translation>更短的声音（如咳嗽或咔嗒声）不会开始一轮对话。</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>静音时长</translation>
    </message>
    <message>
        <source>Silence that ends an utterance hands-free.</source>
        <translation>免提时结束一段话的静音时长。</translation>
    </message>
    <message>
        <source>Tap silence</source>
        <translation>轻按静音时长</translation>
    </message>
    <message>
        <source>Silence that ends an utterance begun with a tap.</source>
        <translation>以轻按开始的一段话结束所需的静音时长。</translation>
    </message>
    <message>
        <source>Patient silence</source>
        <translation>耐心静音时长</translation>
    </message>
    <message>
        <source>Silence that ends an utterance whose end the Realtime API is to find, in case that it does not.</source>
        <translation>本应由 Realtime API 判断结束的一段话，在其未判断出时以此静音时长结束。</translation>
    </message>
    <message>
        <source>Speech recognition</source>
        <translation>语音识别</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>提供者</translation>
    </message>
    <message>
        <source>auto takes the best that is available: openai_compatible, faster_whisper, pocketsphinx.</source>
        <translation>auto 使用可用的最佳选项：openai_compatible、faster_whisper、pocketsphinx。</translation>
    </message>
    <message>
        <source>Faster whisper</source>
        <translation>Faster Whisper</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>A size such as tiny.en, base.en, small, or the path of a converted model&apos;s folder.</source>
        <translation>模型规格，如 tiny.en、base.en、small，或已转换模型文件夹的路径。</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Compute type</source>
        <translation>计算类型</translation>
    </message>
    <message>
        <source>OpenAI compatible</source>
        <translation>OpenAI 兼容</translation>
    </message>
    <message>
        <source>Base address</source>
        <translation>基础地址</translation>
    </message>
    <message>
        <source>The server&apos;s address up to and including /v1. Empty: not used.</source>
        <translation>服务器地址，到 /v1 为止（含）。留空则不使用。</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>The name of the key in the system&apos;s keyring; servers on this computer usually need none.</source>
        <translation>系统密钥环中密钥的名称；本机上的服务器通常不需要。</translation>
    </message>
    <message>
        <source>Timeout</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>Longest wait for the next piece of an answer.</source>
        <translation>等待回答下一部分的最长时间。</translation>
    </message>
    <message>
        <source>Language model</source>
        <translation>语言模型</translation>
    </message>
    <message>
        <source>auto uses the server at base_url; none answers with skills only; orchestrator uses its models.</source>
        <translation>auto 使用 base_url 处的服务器；none 仅用内置技能回答；orchestrator 使用其模型。</translation>
    </message>
    <message>
        <source>Most tokens</source>
        <translation>最多词元数</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Longest silence in an answer</source>
        <translation>回答中的最长停顿</translation>
    </message>
    <message>
        <source>Longest silence in the middle of an answer; then it counts as broken off. timeout_s is for its beginning.</source>
        <translation>回答中途的最长停顿，超过则视为中断。timeout_s 用于回答的开头。</translation>
    </message>
    <message>
        <source>Several models</source>
        <translation>多个模型</translation>
    </message>
    <message>
        <source>Enabled</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Ask these models instead of the one of llm; that one stands by. llm.provider: orchestrator says the same.</source>
        <translation>使用这些模型代替 llm 的单个模型，后者作为备用。llm.provider: orchestrator 含义相同。</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The models, each with its provider, its price and when it is asked.</source>
        <translation>各个模型及其提供者、价格和使用时机。</translation>
    </message>
    <message>
        <source>Parallel run</source>
        <translation>并行运行</translation>
    </message>
    <message>
        <source>Ask the old model and these at once, answer with the old one, and note how the two compare. Costs both.</source>
        <translation>同时询问旧模型和这些模型，用旧模型回答并记录两者的比较。会产生双份费用。</translation>
    </message>
    <message>
        <source>Ask at once</source>
        <translation>同时询问</translation>
    </message>
    <message>
        <source>So many models are asked at the same time; the first good enough answers.</source>
        <translation>同时询问的模型数量；首个足够好的模型作答。</translation>
    </message>
    <message>
        <source>Hedge after</source>
        <translation>增援等待时间</translation>
    </message>
    <message>
        <source>A model that has not begun by then gets company.</source>
        <translation>到时仍未开始回答，就再询问一个模型。</translation>
    </message>
    <message>
        <source>Default quality threshold</source>
        <translation>默认质量阈值</translation>
    </message>
    <message>
        <source>Good enough; a model that was right less often answers only when no other does.</source>
        <translation>达到即算足够好；正确率更低的模型仅在没有其他模型回答时作答。</translation>
    </message>
    <message>
        <source>Default cost limit</source>
        <translation>默认费用上限</translation>
    </message>
    <message>
        <source>Dollars for one question.</source>
        <translation>每个问题的美元数。</translation>
    </message>
    <message>
        <source>Daily cost limit</source>
        <translation>每日费用上限</translation>
    </message>
    <message>
        <source>Monthly cost limit</source>
        <translation>每月费用上限</translation>
    </message>
    <message>
        <source>Quality per $</source>
        <translation>每美元的质量</translation>
    </message>
    <message>
        <source>What a dollar is worth: 5 means that 20 cents outweigh the difference between a wrong answer and a right one.</source>
        <translation>一美元的价值：5 表示 20 美分抵得上错误回答与正确回答之间的差别。</translation>
    </message>
    <message>
        <source>Quality per second</source>
        <translation>每秒的质量</translation>
    </message>
    <message>
        <source>The same for a second of waiting.</source>
        <translation>对等待一秒同理。</translation>
    </message>
    <message>
        <source>Router</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Fast triggers</source>
        <translation>快速模型触发词</translation>
    </message>
    <message>
        <source>A question with one of these words is for a fast model.</source>
        <translation>含有这些词之一的问题交给快速模型。</translation>
    </message>
    <message>
        <source>Deep triggers</source>
        <translation>深度模型触发词</translation>
    </message>
    <message>
        <source>A question with one of these is for a deep one, and they win.</source>
        <translation>含有这些词之一的问题交给深度模型，并且优先。</translation>
    </message>
    <message>
        <source>Long question words</source>
        <translation>长问题词数</translation>
    </message>
    <message>
        <source>So is one of so many words.</source>
        <translation>达到这么多词的问题也是如此。</translation>
    </message>
    <message>
        <source>Feature flags</source>
        <translation>功能开关</translation>
    </message>
    <message>
        <source>Model selection</source>
        <translation>模型选择</translation>
    </message>
    <message>
        <source>Ask first whom experience speaks for; without it, the first in the list.</source>
        <translation>优先询问经验表明更好的模型；关闭时询问列表中的第一个。</translation>
    </message>
    <message>
        <source>Parallel execution</source>
        <translation>并行执行</translation>
    </message>
    <message>
        <source>Ask one more when a model is late, and the quickest that is good enough wins.</source>
        <translation>模型迟迟不答时再询问一个，最快且足够好的胜出。</translation>
    </message>
    <message>
        <source>Performance tracking</source>
        <translation>性能跟踪</translation>
    </message>
    <message>
        <source>Learn from what happens and from your thumbs.</source>
        <translation>从实际结果和您的点赞中学习。</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>auto takes the best that is available: openai_compatible, pyttsx3.</source>
        <translation>auto 使用可用的最佳选项：openai_compatible、pyttsx3。</translation>
    </message>
    <message>
        <source>A voice&apos;s id as doctor lists it; empty: the engine&apos;s default.</source>
        <translation>doctor 列出的语音 ID；留空则使用引擎默认值。</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>语速</translation>
    </message>
    <message>
        <source>Realtime API</source>
        <translation>Realtime API</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>The address of a Realtime API. Empty: none is used.</source>
        <translation>Realtime API 的地址。留空则不使用。</translation>
    </message>
    <message>
        <source>Certificate authority file</source>
        <translation>证书颁发机构文件</translation>
    </message>
    <message>
        <source>A certificate authority to trust for url, in PEM.</source>
        <translation>url 所信任的证书颁发机构，PEM 格式。</translation>
    </message>
    <message>
        <source>marin and cedar are the best; also alloy, ash, ballad, coral, echo, sage, shimmer, verse, or a voice&apos;s id.</source>
        <translation>marin 和 cedar 最好；也可用 alloy、ash、ballad、coral、echo、sage、shimmer、verse 或语音 ID。</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>What the model is told about its task, in place of the program&apos;s own words.</source>
        <translation>告诉模型其任务的内容，代替程序自带的说明。</translation>
    </message>
    <message>
        <source>Longest answer. 0: no limit.</source>
        <translation>最长回答。0 表示不限。</translation>
    </message>
    <message>
        <source>Reasoning effort</source>
        <translation>推理强度</translation>
    </message>
    <message>
        <source>Truncation</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Retention ratio</source>
        <translation>保留比例</translation>
    </message>
    <message>
        <source>For truncation retention_ratio: how much of the conversation is kept.</source>
        <translation>用于截断方式 retention_ratio：保留对话的比例。</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Let the model set timers, calculate and change the volume on this computer.</source>
        <translation>允许模型在本机上设置计时器、计算和调节音量。</translation>
    </message>
    <message>
        <source>Longest wait for a connection.</source>
        <translation>等待连接的最长时间。</translation>
    </message>
    <message>
        <source>First audio timeout</source>
        <translation>首个声音超时</translation>
    </message>
    <message>
        <source>Longest wait from the end of your question to the first sound of an answer; then the next in line answers.</source>
        <translation>从您问完到回答的第一个声音的最长等待时间；超过则由下一个后备回答。</translation>
    </message>
    <message>
        <source>Response timeout</source>
        <translation>响应超时</translation>
    </message>
    <message>
        <source>Longest silence of the API in the middle of an answer; then the next in line goes on with it.</source>
        <translation>API 在回答中途的最长停顿；超过则由下一个后备继续回答。</translation>
    </message>
    <message>
        <source>Most retries</source>
        <translation>最多重试次数</translation>
    </message>
    <message>
        <source>Attempts to connect before it rests for a while.</source>
        <translation>暂停一段时间之前的连接尝试次数。</translation>
    </message>
    <message>
        <source>Retry delay</source>
        <translation>重试延迟</translation>
    </message>
    <message>
        <source>Wait before the first of them; it doubles with each.</source>
        <translation>首次重试前的等待时间，之后每次加倍。</translation>
    </message>
    <message>
        <source>Turn detection</source>
        <translation>轮次检测</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Eagerness</source>
        <translation>积极程度</translation>
    </message>
    <message>
        <source>For semantic_vad.</source>
        <translation>用于 semantic_vad。</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>For server_vad: how likely sound must be speech.</source>
        <translation>用于 server_vad：声音有多大概率是语音。</translation>
    </message>
    <message>
        <source>Prefix padding</source>
        <translation>前置填充</translation>
    </message>
    <message>
        <source>For server_vad: how much from before the speech is kept.</source>
        <translation>用于 server_vad：保留说话之前多长时间的声音。</translation>
    </message>
    <message>
        <source>Silence duration</source>
        <translation>静音持续时间</translation>
    </message>
    <message>
        <source>For server_vad: the silence that ends an utterance.</source>
        <translation>用于 server_vad：结束一段话的静音时长。</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>转写</translation>
    </message>
    <message>
        <source>Writes down what the user said, beside the model that answers, at a price of its own. Empty: nobody does.</source>
        <translation>在回答的模型之外转写用户所说的话，单独计费。留空则不转写。</translation>
    </message>
    <message>
        <source>A code such as en; empty: that of stt.language.</source>
        <translation>语言代码，如 en；留空则使用 stt.language。</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Names and words to expect.</source>
        <translation>可能出现的名称和词语。</translation>
    </message>
    <message>
        <source>Voice service</source>
        <translation>语音服务</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Another interpreter (3.11 or newer) to run the speech engines with; empty: this one.</source>
        <translation>用于运行语音引擎的其他解释器（3.11 或更新）；留空则用当前解释器。</translation>
    </message>
    <message>
        <source>A voice service on another machine, such as https://host:port; empty: one is started here.</source>
        <translation>其他机器上的语音服务，如 https://host:port；留空则在本机启动。</translation>
    </message>
    <message>
        <source>The name of the remote service&apos;s token in the keyring.</source>
        <translation>远程服务令牌在密钥环中的名称。</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Port on loopback for the service started here; 0: any free one.</source>
        <translation>在本机启动的服务所用的回环端口；0 表示任意空闲端口。</translation>
    </message>
    <message>
        <source>Fallback</source>
        <translation>后备</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>What our connection may add to an answer; nothing that stays below is called slow.</source>
        <translation>我们的连接可为回答增加的时间；低于此值不算慢。</translation>
    </message>
    <message>
        <source>Voice to voice</source>
        <translation>从语音到语音</translation>
    </message>
    <message>
        <source>Within this after the end of your speech an answer should begin: a line in the latency window, no reason to switch.</source>
        <translation>您说完后，回答应在此时间内开始：这是延迟窗口中的一条线，不会因此切换。</translation>
    </message>
    <message>
        <source>Latency threshold</source>
        <translation>延迟阈值</translation>
    </message>
    <message>
        <source>Our connection adds more than this, in the middle of the latest turns.</source>
        <translation>在最近的轮次中，连接增加的时间中位数超过此值。</translation>
    </message>
    <message>
        <source>Voice to voice limit</source>
        <translation>语音到语音上限</translation>
    </message>
    <message>
        <source>Answers take longer than this to begin, model included; none: however long.</source>
        <translation>回答开始所需时间（含模型）超过此值；none 表示不限。</translation>
    </message>
    <message>
        <source>Error rate threshold</source>
        <translation>错误率阈值</translation>
    </message>
    <message>
        <source>More than this part of the latest turns failed.</source>
        <translation>最近轮次中失败的比例超过此值。</translation>
    </message>
    <message>
        <source>Connection failures</source>
        <translation>连接失败次数</translation>
    </message>
    <message>
        <source>So many failed one after another.</source>
        <translation>连续失败的次数。</translation>
    </message>
    <message>
        <source>Coming back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Leave a Realtime API that is slow or fails; without it, it is asked first at every turn.</source>
        <translation>Realtime API 缓慢或失败时不再使用；关闭时每轮都先询问它。</translation>
    </message>
    <message>
        <source>Cool down</source>
        <translation>冷却时间</translation>
    </message>
    <message>
        <source>How long it is left alone before it is tried again.</source>
        <translation>再次尝试之前等待的时间。</translation>
    </message>
    <message>
        <source>Trial turns</source>
        <translation>试用轮次</translation>
    </message>
    <message>
        <source>So many answers in a row bring it back.</source>
        <translation>连续成功这么多次回答后恢复使用。</translation>
    </message>
    <message>
        <source>Announce aloud</source>
        <translation>语音播报</translation>
    </message>
    <message>
        <source>Say aloud, too, when this computer answers instead and when the Realtime API is back.</source>
        <translation>改由本机回答以及 Realtime API 恢复时，同时语音播报。</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>时间窗口</translation>
    </message>
    <message>
        <source>Which turns are the latest ones.</source>
        <translation>哪些轮次算作最近的。</translation>
    </message>
    <message>
        <source>Least samples</source>
        <translation>最少样本数</translation>
    </message>
    <message>
        <source>Fewer of them prove nothing.</source>
        <translation>更少则不足以说明问题。</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>Latency degradation</source>
        <translation>延迟恶化</translation>
    </message>
    <message>
        <source>So much slower than before, as a part of it, is a reason to switch.</source>
        <translation>比之前慢这么多（按比例）即切换。</translation>
    </message>
    <message>
        <source>Error rate increase</source>
        <translation>错误率上升</translation>
    </message>
    <message>
        <source>So much more often failing than before is a reason to switch.</source>
        <translation>失败率比之前高出这么多即切换。</translation>
    </message>
    <message>
        <source>Spending</source>
        <translation>花费</translation>
    </message>
    <message>
        <source>A spoken turn with the Realtime API costs two or three cents. At a limit this computer answers instead.</source>
        <translation>使用 Realtime API 的一轮语音对话花费两三美分。达到上限后改由本机回答。</translation>
    </message>
    <message>
        <source>Warn above, a day</source>
        <translation>每日提醒金额</translation>
    </message>
    <message>
        <source>Say so when more was spent in a day. none: never; the month&apos;s warning is enough for most.</source>
        <translation>当天花费超过此值时提醒。none 表示从不；对多数人来说每月提醒已足够。</translation>
    </message>
    <message>
        <source>Limit, a day</source>
        <translation>每日上限</translation>
    </message>
    <message>
        <source>Spend no more in a day, or none. About 200 turns: only a forgotten hands-free microphone gets there.</source>
        <translation>每天花费不超过此值；none 表示不限。约 200 轮：只有忘记关闭的免提麦克风才会达到。</translation>
    </message>
    <message>
        <source>Warn above, a month</source>
        <translation>每月提醒金额</translation>
    </message>
    <message>
        <source>Say so when more was spent in a month, or none.</source>
        <translation>当月花费超过此值时提醒；none 表示从不。</translation>
    </message>
    <message>
        <source>Limit, a month</source>
        <translation>每月上限</translation>
    </message>
    <message>
        <source>Spend no more in a month, or none.</source>
        <translation>每月花费不超过此值；none 表示不限。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Recall what was said before. Off: nothing is kept, and nothing is told to a model.</source>
        <translation>回忆之前说过的话。关闭：不保留任何内容，也不告知模型。</translation>
    </message>
    <message>
        <source>Keep exchanges</source>
        <translation>保留问答</translation>
    </message>
    <message>
        <source>Keep each question with its answer. Off: only what you ask to be remembered is.</source>
        <translation>保留每个问题及其回答。关闭：只保留您要求记住的内容。</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>配置档案</translation>
    </message>
    <message>
        <source>Whose memories these are. Profiles never see each other&apos;s.</source>
        <translation>这些记忆属于谁。各配置档案互不可见。</translation>
    </message>
    <message>
        <source>Vector retrieval</source>
        <translation>向量检索</translation>
    </message>
    <message>
        <source>Search by meaning too: on, off, or for a percentage of the questions. USE_REAL_VECTOR_RETRIEVAL wins over it.</source>
        <translation>同时按语义搜索：on、off 或按问题的百分比。USE_REAL_VECTOR_RETRIEVAL 优先。</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>At most so many memories are recalled at once.</source>
        <translation>一次最多回忆的条数。</translation>
    </message>
    <message>
        <source>The least likeness in meaning (cosine) that counts.</source>
        <translation>计入的最低语义相似度（余弦）。</translation>
    </message>
    <message>
        <source>Deadline</source>
        <translation>期限</translation>
    </message>
    <message>
        <source>Longest wait for the search by meaning; then keywords answer alone.</source>
        <translation>等待语义搜索的最长时间；之后仅用关键词。</translation>
    </message>
    <message>
        <source>Vector database</source>
        <translation>向量数据库</translation>
    </message>
    <message>
        <source>The only one there is.</source>
        <translation>唯一可用的一种。</translation>
    </message>
    <message>
        <source>Persist directory</source>
        <translation>存储目录</translation>
    </message>
    <message>
        <source>The folder of the memory; empty: in the program&apos;s data folder.</source>
        <translation>记忆所在的文件夹；留空则位于程序数据文件夹中。</translation>
    </message>
    <message>
        <source>Collection name</source>
        <translation>集合名称</translation>
    </message>
    <message>
        <source>For a server: what its collections begin with.</source>
        <translation>用于服务器：集合名称的前缀。</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Speak TLS with the server.</source>
        <translation>与服务器使用 TLS 通信。</translation>
    </message>
    <message>
        <source>The name of the server&apos;s token in the system&apos;s keyring, if it wants one.</source>
        <translation>服务器令牌在系统密钥环中的名称（如果需要）。</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>An OpenAI-compatible server up to and including /v1. Every memory is sent there. Empty: none.</source>
        <translation>OpenAI 兼容服务器，到 /v1 为止（含）。每条记忆都会发送到那里。留空则不使用。</translation>
    </message>
    <message>
        <source>The server&apos;s model.</source>
        <translation>服务器的模型。</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>维度</translation>
    </message>
    <message>
        <source>How many numbers its vectors have.</source>
        <translation>其向量包含的数字个数。</translation>
    </message>
    <message>
        <source>Local model</source>
        <translation>本地模型</translation>
    </message>
    <message>
        <source>A downloaded model&apos;s name, or the folder of one (model.onnx and tokenizer.json).</source>
        <translation>已下载模型的名称，或模型文件夹（model.onnx 和 tokenizer.json）。</translation>
    </message>
    <message>
        <source>Rollout</source>
        <translation>逐步启用</translation>
    </message>
    <message>
        <source>Step minutes</source>
        <translation>每步分钟数</translation>
    </message>
    <message>
        <source>How long each step holds after the search by meaning was enabled again: 10 %, then 50 %, then all.</source>
        <translation>重新启用语义搜索后每一步持续的时间：10%，然后 50%，然后全部。</translation>
    </message>
    <message>
        <source>Which queries are the latest ones.</source>
        <translation>哪些查询算作最近的。</translation>
    </message>
    <message>
        <source>Failures in a row</source>
        <translation>连续失败</translation>
    </message>
    <message>
        <source>So many, and it is given up at once.</source>
        <translation>达到这么多次即立即放弃。</translation>
    </message>
    <message>
        <source>Error rate</source>
        <translation>错误率</translation>
    </message>
    <message>
        <source>Such a part of the latest queries failed, and it is given up at once.</source>
        <translation>最近查询失败达到此比例即立即放弃。</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>缓慢</translation>
    </message>
    <message>
        <source>So many times slower than usual for a whole window, and it is given up.</source>
        <translation>整个时间窗口内比平常慢这么多倍即放弃。</translation>
    </message>
    <message>
        <source>What models are told</source>
        <translation>告知模型的内容</translation>
    </message>
    <message>
        <source>Token budget</source>
        <translation>词元预算</translation>
    </message>
    <message>
        <source>The most tokens that one question may take along, with everything that is told beside it.</source>
        <translation>一个问题连同附带内容最多可包含的词元数。</translation>
    </message>
    <message>
        <source>A source that has not answered so long after it was asked is left out of the turn.</source>
        <translation>询问后这么久仍未答复的来源不计入本轮。</translation>
    </message>
    <message>
        <source>Grace</source>
        <translation>宽限时间</translation>
    </message>
    <message>
        <source>How long a source may still search once your words are known; what you ask about by name has the whole time.</source>
        <translation>您的话识别完后来源还可搜索的时间；您点名询问的内容可用全部时间。</translation>
    </message>
    <message>
        <source>Plugins</source>
        <translation>插件</translation>
    </message>
    <message>
        <source>Plugins that may add to what a model is told, by name, with commas between. No other is loaded.</source>
        <translation>可为模型补充内容的插件名称，以逗号分隔。不加载其他插件。</translation>
    </message>
    <message>
        <source>Priorities</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Instructions, the time, and what this computer is.</source>
        <translation>指令、时间以及本机信息。</translation>
    </message>
    <message>
        <source>What was said in earlier conversations.</source>
        <translation>之前对话中说过的内容。</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>屏幕</translation>
    </message>
    <message>
        <source>What is on the screen.</source>
        <translation>屏幕上的内容。</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>What was said in this conversation.</source>
        <translation>本次对话中说过的内容。</translation>
    </message>
    <message>
        <source>Relevance</source>
        <translation>相关性</translation>
    </message>
    <message>
        <source>Leave out what has too little to do with the question.</source>
        <translation>略去与问题关系太小的内容。</translation>
    </message>
    <message>
        <source>How much something must have to do with the question, 0 to 1, to be worth telling.</source>
        <translation>内容与问题的相关程度（0 到 1）达到多少才值得告知。</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Use again what a source has said, as long as nothing has changed there.</source>
        <translation>只要来源没有变化，就重复使用其答复。</translation>
    </message>
    <message>
        <source>Keep for</source>
        <translation>保留时间</translation>
    </message>
    <message>
        <source>Ask again after this time, changed or not.</source>
        <translation>超过此时间后无论是否变化都重新询问。</translation>
    </message>
    <message>
        <source>Most answers</source>
        <translation>最多答复数</translation>
    </message>
    <message>
        <source>So many answers are kept.</source>
        <translation>保留的答复数量。</translation>
    </message>
    <message>
        <source>Look at the screen from the start on. The tray&apos;s menu switches it until the program ends.</source>
        <translation>启动时即查看屏幕。托盘菜单可在程序运行期间切换。</translation>
    </message>
    <message>
        <source>Capture interval</source>
        <translation>捕获间隔</translation>
    </message>
    <message>
        <source>Seconds between two looks. The beginning of a question brings one more.</source>
        <translation>两次查看之间的秒数。提问开始时会额外查看一次。</translation>
    </message>
    <message>
        <source>Monitors</source>
        <translation>显示器</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Show a model that can see a picture of the screen when your words ask about it. Excluded windows, secrets and words that can&apos;t be read surely are painted over. What was sent is kept with the turn, as always.</source>
        <translation>当您询问屏幕时，向能看图的模型提供屏幕图片。被排除的窗口、机密内容和无法可靠识别的文字会被涂盖。发送的内容照常随该轮保存。</translation>
    </message>
    <message>
        <source>Pause hotkey</source>
        <translation>暂停快捷键</translation>
    </message>
    <message>
        <source>Pauses the looking, and resumes it. Empty: no key.</source>
        <translation>暂停和恢复查看屏幕。留空则无按键。</translation>
    </message>
    <message>
        <source>OCR</source>
        <translation>文字识别</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>auto takes the quickest that is installed: tesserocr, tesseract.</source>
        <translation>auto 使用已安装的最快选项：tesserocr、tesseract。</translation>
    </message>
    <message>
        <source>A language of Tesseract, or several: eng+deu.</source>
        <translation>Tesseract 的一种或多种语言：eng+deu。</translation>
    </message>
    <message>
        <source>Confidence threshold</source>
        <translation>置信度阈值</translation>
    </message>
    <message>
        <source>Words that are read with less certainty are left out.</source>
        <translation>识别把握更低的词会被略去。</translation>
    </message>
    <message>
        <source>Longest time for one picture.</source>
        <translation>处理一张图片的最长时间。</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Leave excluded windows out. Off: every window is looked at, yet the next setting still holds.</source>
        <translation>排除指定的窗口。关闭：查看所有窗口，但下一项设置仍然有效。</translation>
    </message>
    <message>
        <source>Filter sensitive</source>
        <translation>过滤敏感内容</translation>
    </message>
    <message>
        <source>Replace passwords, keys, numbers of cards and the like before anything else sees the text.</source>
        <translation>在其他部分看到文本之前替换密码、密钥、卡号等。</translation>
    </message>
    <message>
        <source>When excluded</source>
        <translation>遇到排除窗口时</translation>
    </message>
    <message>
        <source>Exclude titles</source>
        <translation>排除标题</translation>
    </message>
    <message>
        <source>Windows with one of these in their title are excluded, as are those of the built-in list.</source>
        <translation>标题含有其中之一的窗口会被排除，内置列表中的窗口也是如此。</translation>
    </message>
    <message>
        <source>Exclude programs</source>
        <translation>排除程序</translation>
    </message>
    <message>
        <source>Programs by name, such as signal-desktop; they need not have run before.</source>
        <translation>程序名称，如 signal-desktop；无需曾经运行过。</translation>
    </message>
    <message>
        <source>Exclude patterns</source>
        <translation>排除模式</translation>
    </message>
    <message>
        <source>Regular expressions for program: title.</source>
        <translation>匹配“程序: 标题”的正则表达式。</translation>
    </message>
    <message>
        <source>Own words</source>
        <translation>自定义词语</translation>
    </message>
    <message>
        <source>Names and words that nobody else is to see.</source>
        <translation>不希望他人看到的名称和词语。</translation>
    </message>
    <message>
        <source>Allow without window list</source>
        <translation>允许无窗口列表</translation>
    </message>
    <message>
        <source>Look also where no program can know which windows are visible (Wayland). Excluded windows are seen there.</source>
        <translation>在程序无法得知哪些窗口可见时（Wayland）也查看。此时被排除的窗口会被看到。</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Whether the program looks for new versions. It only tells of them: none is ever fetched by itself.</source>
        <translation>程序是否查找新版本。只会告知，绝不会自行下载。</translation>
    </message>
    <message>
        <source>Look for new versions</source>
        <translation>查找新版本</translation>
    </message>
    <message>
        <source>Ask once a day whether there is a new version. Nothing is asked where neither this build nor url says where.</source>
        <translation>每天询问一次是否有新版本。如果此构建和 url 都没有指定地址，则不询问。</translation>
    </message>
    <message>
        <source>Another address</source>
        <translation>其他地址</translation>
    </message>
    <message>
        <source>Where to ask instead of where this build says; https. Only what the program&apos;s makers have signed is offered.</source>
        <translation>代替此构建所指定地址的询问地址，须为 https。只提供由程序制作者签名的版本。</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings – Sovereign Desktop</source>
        <translation>设置 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search all settings</source>
        <translation>搜索所有设置</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>设置页面</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>迁移</translation>
    </message>
    <message>
        <source>Open the file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>已记住的内容</translation>
    </message>
    <message>
        <source>Changes are kept at once and in force as soon as nobody is talking; no new start is needed.</source>
        <translation>更改会立即保存，并在无人说话时生效，无需重新启动。</translation>
    </message>
    <message>
        <source>No setting is called so, or says so.</source>
        <translation>没有这样的设置。</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>搜索结果</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>This desktop shows no tray icons; a small window stands in for the icon.</source>
        <translation>此桌面不显示托盘图标，将以一个小窗口代替。</translation>
    </message>
    <message>
        <source>On GNOME, install the extension “AppIndicator and KStatusNotifierItem Support” and start Sovereign Desktop again.</source>
        <translation>在 GNOME 上，请安装扩展“AppIndicator and KStatusNotifierItem Support”，然后重新启动 Sovereign Desktop。</translation>
    </message>
</context>
<context>
    <name>Situation</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Cloud</source>
        <translation>云端</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>本地</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>正在聆听</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>正在思考</translation>
    </message>
    <message>
        <source>Speaking</source>
        <translation>正在说话</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Microphone muted</source>
        <translation>麦克风已静音</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Finish and answer</source>
        <translation>说完了，请回答</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>说话</translation>
    </message>
    <message>
        <source>Spend more today</source>
        <translation>今天允许继续花费</translation>
    </message>
    <message>
        <source>Spend more this month</source>
        <translation>本月允许继续花费</translation>
    </message>
    <message>
        <source>Screen awareness (paused)</source>
        <translation>屏幕感知（已暂停）</translation>
    </message>
    <message>
        <source>Screen awareness</source>
        <translation>屏幕感知</translation>
    </message>
    <message>
        <source>This computer answers: {reason}</source>
        <translation>由本机回答：{reason}</translation>
    </message>
    <message>
        <source>Looks at the screen</source>
        <translation>正在查看屏幕</translation>
    </message>
    <message>
        <source>Does not look at the screen.</source>
        <translation>没有查看屏幕。</translation>
    </message>
    <message>
        <source>Hold or tap {hotkey} to talk</source>
        <translation>按住或轻按 {hotkey} 即可说话</translation>
    </message>
</context>
<context>
    <name>SoundPage</name>
    <message>
        <source>Can it hear you?</source>
        <translation>能听到您吗？</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
</context>
<context>
    <name>SoundTests</name>
    <message>
        <source>Play a tone</source>
        <translation>播放提示音</translation>
    </message>
    <message>
        <source>Test the loudspeaker: play a tone</source>
        <translation>测试扬声器：播放提示音</translation>
    </message>
    <message>
        <source>Stop and play it back</source>
        <translation>停止并回放</translation>
    </message>
    <message>
        <source>Speak now, in your usual voice. Nothing of it is kept or sent.</source>
        <translation>请用平常的声音说话。不会保留或发送任何内容。</translation>
    </message>
    <message>
        <source>This is what the microphone heard …</source>
        <translation>这是麦克风听到的内容…</translation>
    </message>
    <message>
        <source>Three notes are played …</source>
        <translation>正在播放三个音…</translation>
    </message>
    <message>
        <source>Three notes were played. If you heard none, choose another loudspeaker or turn it up.</source>
        <translation>已播放三个音。如果没有听到，请选择其他扬声器或调高音量。</translation>
    </message>
    <message>
        <source>No sound at all arrived: the microphone is muted, or this program is not permitted to hear it. Unmute it, or allow it in the system’s privacy settings.</source>
        <translation>没有收到任何声音：麦克风已静音，或本程序无权使用。请取消静音，或在系统隐私设置中允许。</translation>
    </message>
    <message>
        <source>{device}, because {wanted} is not there</source>
        <translation>{device}（因为 {wanted} 不存在）</translation>
    </message>
    <message>
        <source>Hardly anything was heard ({level} dB, by {device}). Come closer, or turn it up.</source>
        <translation>几乎没有听到声音（{level} dB，{device}）。请靠近一些，或调高音量。</translation>
    </message>
    <message>
        <source>It works: {level} dB at the loudest, by {device}.</source>
        <translation>工作正常：最大 {level} dB，{device}。</translation>
    </message>
    <message>
        <source>Test the microphone</source>
        <translation>测试麦克风</translation>
    </message>
</context>
<context>
    <name>SpendPanel</name>
    <message>
        <source>Spent today</source>
        <translation>今日花费</translation>
    </message>
    <message>
        <source>Spent this month</source>
        <translation>本月花费</translation>
    </message>
    <message>
        <source>{spent} spent today, {limit}</source>
        <translation>今日已花费 {spent}，{limit}</translation>
    </message>
    <message>
        <source>{spent} spent this month, {limit}</source>
        <translation>本月已花费 {spent}，{limit}</translation>
    </message>
    <message>
        <source>without a limit</source>
        <translation>无上限</translation>
    </message>
    <message>
        <source>of {cap}</source>
        <translation>上限 {cap}</translation>
    </message>
</context>
<context>
    <name>Thumbs</name>
    <message>
        <source>A good answer</source>
        <translation>回答得好</translation>
    </message>
    <message>
        <source>A bad answer</source>
        <translation>回答得不好</translation>
    </message>
</context>
<context>
    <name>TracesDialog</name>
    <message>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Delete the past turns too that contain it: {count}</source>
        <translation>同时删除包含它的对话轮次：{count}</translation>
    </message>
    <message>
        <source>Delete {file}, which contains it</source>
        <translation>删除包含它的 {file}</translation>
    </message>
</context>
<context>
    <name>TranscriptWindow</name>
    <message>
        <source>Transcript – Sovereign Desktop</source>
        <translation>对话记录 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Search all conversations</source>
        <translation>搜索所有对话</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>显示更早的</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>What was sent</source>
        <translation>发送的内容</translation>
    </message>
    <message>
        <source>What the model was told for the selected turn, or the last one, and what was left out</source>
        <translation>所选（或最后）一轮告知模型的内容以及略去的内容</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Ask the question again that nobody could answer.</source>
        <translation>重新提出无人能回答的问题。</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Delete …</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Type a question</source>
        <translation>输入问题</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>As a document (Markdown)</source>
        <translation>作为文档 (Markdown)</translation>
    </message>
    <message>
        <source>As data (JSON)</source>
        <translation>作为数据 (JSON)</translation>
    </message>
    <message>
        <source>Nothing like that was said.</source>
        <translation>没有说过这样的内容。</translation>
    </message>
    <message>
        <source>Nothing has been said yet.</source>
        <translation>还没有说过任何话。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Markdown document (*.md)</source>
        <translation>Markdown 文档 (*.md)</translation>
    </message>
    <message>
        <source>JSON data (*.json)</source>
        <translation>JSON 数据 (*.json)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Exporting …</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>One turn is in {file}.</source>
        <translation>已将 1 轮对话保存到 {file}。</translation>
    </message>
    <message>
        <source>{count} turns are in {file}.</source>
        <translation>已将 {count} 轮对话保存到 {file}。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete this turn for good?</source>
        <translation>要永久删除这一轮对话吗？</translation>
    </message>
    <message>
        <source>Delete these {count} turns for good?</source>
        <translation>要永久删除这 {count} 轮对话吗？</translation>
    </message>
    <message>
        <source>They are overwritten on the disk, and what is remembered of them goes too. What a server was sent stays with the server.</source>
        <translation>它们会在磁盘上被覆盖，与之相关的记忆也会删除。已发送给服务器的内容仍留在服务器上。</translation>
    </message>
    <message>
        <source>Deleting …</source>
        <translation>正在删除…</translation>
    </message>
    <message>
        <source>Deleted for good.</source>
        <translation>已永久删除。</translation>
    </message>
</context>
<context>
    <name>Turn</name>
    <message>
        <source>interrupted</source>
        <translation>已打断</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>nothing heard</source>
        <translation>没有听到声音</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>end noticed</source>
        <translation>检测到结束</translation>
    </message>
    <message>
        <source>transcribed</source>
        <translation>已识别</translation>
    </message>
    <message>
        <source>first words</source>
        <translation>最初的词</translation>
    </message>
    <message>
        <source>first sentence</source>
        <translation>第一句话</translation>
    </message>
    <message>
        <source>synthesised</source>
        <translation>已合成</translation>
    </message>
    <message>
        <source>audible</source>
        <translation>可听见</translation>
    </message>
    <message>
        <source>The time from the end of your speech at the microphone to the first sound of the answer at the loudspeaker.</source>
        <translation>从麦克风听到您说完，到扬声器发出回答的第一个声音所用的时间。</translation>
    </message>
    <message>
        <source>answered after {seconds} s</source>
        <translation>{seconds} 秒后回答</translation>
    </message>
    <message>
        <source>under $0.001</source>
        <translation>低于 $0.001</translation>
    </message>
    <message>
        <source>You: {words}</source>
        <translation>您：{words}</translation>
    </message>
    <message>
        <source>Assistant: {words}</source>
        <translation>助手：{words}</translation>
    </message>
    <message>
        <source>Voice to voice {ms} ms: {parts}</source>
        <translation>从说完到听到回答 {ms} 毫秒：{parts}</translation>
    </message>
    <message>
        <source>Nothing was told to a model for this turn.</source>
        <translation>这一轮没有向任何模型发送内容。</translation>
    </message>
    <message>
        <source>{tokens} of {budget} tokens ({counted_by})</source>
        <translation>{tokens} / {budget} 个词元（{counted_by}）</translation>
    </message>
    <message>
        <source>Without {name}: {why}</source>
        <translation>未包含 {name}：{why}</translation>
    </message>
    <message>
        <source>None of it was sent to a model.</source>
        <translation>其中没有任何内容被发送给模型。</translation>
    </message>
    <message>
        <source>Sent to {name} (left this computer):</source>
        <translation>已发送给 {name}（离开了本机）：</translation>
    </message>
    <message>
        <source>Sent to {name} (stayed on this computer):</source>
        <translation>已发送给 {name}（留在本机）：</translation>
    </message>
    <message>
        <source>[your voice, {seconds} s]</source>
        <translation>[您的语音，{seconds} 秒]</translation>
    </message>
    <message>
        <source>[{kind}, in an earlier turn]</source>
        <translation>[{kind}，在之前的轮次]</translation>
    </message>
    <message>
        <source>told</source>
        <translation>已告知</translation>
    </message>
    <message>
        <source>told in part</source>
        <translation>部分告知</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>未告知</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} 个词元</translation>
    </message>
    <message>
        <source>relevance {value}</source>
        <translation>相关度 {value}</translation>
    </message>
    <message>
        <source>{count} covered: {kinds}</source>
        <translation>已遮盖 {count} 处：{kinds}</translation>
    </message>
</context>
<context>
    <name>TurnView</name>
    <message>
        <source>Turns</source>
        <translation>对话轮次</translation>
    </message>
</context>
<context>
    <name>WelcomeWindow</name>
    <message>
        <source>Welcome – Sovereign Desktop</source>
        <translation>欢迎 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Step {number} of {count}</source>
        <translation>第 {number} 步，共 {count} 步</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>WizardPage</name>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>WizardWindow</name>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>{step} – Migration – Sovereign Desktop</source>
        <translation>{step} – 迁移 – Sovereign Desktop</translation>
    </message>
    <message>
        <source>the step of now</source>
        <translation>当前步骤</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Work</name>
    <message>
        <source>Something went wrong inside the program. Its log says where.</source>
        <translation>程序内部出现问题，日志中有记录。</translation>
    </message>
</context>
</TS>
